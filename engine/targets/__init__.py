"""The places a model ships to. Adding one is one file and one line here."""

from engine.target import Target
from engine.targets import browser, device, onnx, rest, tfserving

TARGETS: dict[str, Target] = {
    target.name: target for target in (rest.TARGET, device.TARGET, browser.TARGET, tfserving.TARGET, onnx.TARGET)
}
