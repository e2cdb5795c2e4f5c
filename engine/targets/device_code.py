"""Code of a device folder for programs in C++ and on Android, and rows to check it by."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.serving.model import Predictor
from engine.targets.held_out import HeldOut

EXAMPLES = 3
"""Rows in `example.json`."""

CPP = """// Answers rows of prepared numbers with one form of the network, by LiteRT's C API.
//
//   g++ -std=c++17 predict.cc -ltensorflowlite_c -o predict
//   ./predict {form} < inputs.txt
//
// Each line of the input holds the {width} numbers that `preprocess.json` makes of a row; each line of the output holds
// the {outputs} that the network gives. `example.json` holds rows, their numbers and their answers to check both by.
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tensorflow/lite/c/c_api.h"

constexpr int kInputs = {width};
constexpr int kOutputs = {outputs};

int main(int argc, char** argv) {{
  TfLiteModel* model = TfLiteModelCreateFromFile(argc > 1 ? argv[1] : "{form}");
  if (model == nullptr) {{
    std::fprintf(stderr, "the network cannot be read\\n");
    return 2;
  }}
  TfLiteInterpreterOptions* options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreterOptionsSetNumThreads(options, 1);
  TfLiteInterpreter* interpreter = TfLiteInterpreterCreate(model, options);
  if (interpreter == nullptr || TfLiteInterpreterAllocateTensors(interpreter) != kTfLiteOk) {{
    std::fprintf(stderr, "the network cannot be run\\n");
    return 2;
  }}
  TfLiteTensor* input = TfLiteInterpreterGetInputTensor(interpreter, 0);
  const TfLiteTensor* output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
  std::vector<float> row(kInputs), answer(kOutputs);
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {{
    std::istringstream numbers(line);
    for (float& value : row) {{
      if (!(numbers >> value)) {{
        std::fprintf(stderr, "line %d: %d numbers are wanted\\n", number, kInputs);
        return 2;
      }}
    }}
    if (TfLiteTensorCopyFromBuffer(input, row.data(), row.size() * sizeof(float)) != kTfLiteOk ||
        TfLiteInterpreterInvoke(interpreter) != kTfLiteOk ||
        TfLiteTensorCopyToBuffer(output, answer.data(), answer.size() * sizeof(float)) != kTfLiteOk) {{
      std::fprintf(stderr, "line %d: the network did not answer\\n", number);
      return 2;
    }}
    for (int place = 0; place < kOutputs; ++place) {{
      std::printf(place ? " %.9g" : "%.9g", answer[place]);
    }}
    std::printf("\\n");
  }}
  TfLiteInterpreterDelete(interpreter);
  TfLiteInterpreterOptionsDelete(options);
  TfLiteModelDelete(model);
  return 0;
}}
"""

JAVA = """import java.io.File;
import org.tensorflow.lite.Interpreter;

/**
 * Answers a row of prepared numbers with one form of the network, on Android.
 *
 * <p>Needs the library com.google.ai.edge.litert:litert. The {width} numbers are those that preprocess.json makes of a
 * row; example.json holds rows, their numbers and their answers to check both by.
 */
public final class Predictor implements AutoCloseable {{
  public static final int INPUTS = {width};
  public static final int OUTPUTS = {outputs};
  private final Interpreter interpreter;

  /** @param file {form}, copied from the app's assets to its files */
  public Predictor(File file) {{
    interpreter = new Interpreter(file, new Interpreter.Options().setNumThreads(1));
  }}

  /** What the network gives for one row. */
  public synchronized float[] predict(float[] row) {{
    if (row.length != INPUTS) {{
      throw new IllegalArgumentException(row.length + " numbers, " + INPUTS + " are wanted");
    }}
    float[][] answer = new float[1][OUTPUTS];
    interpreter.run(new float[][] {{row}}, answer);
    return answer[0];
  }}

  @Override
  public void close() {{
    interpreter.close();
  }}
}}
"""


def write_code(folder: Path, form: str, known: HeldOut) -> None:
    """Write the program, the class and the example, for the form that is advised."""
    numbers = known.inputs[:EXAMPLES]
    answers = Predictor(known.trained, folder / form).network(numbers)
    values = {"form": form, "width": numbers.shape[1], "outputs": answers.shape[1]}
    (folder / "predict.cc").write_text(CPP.format(**values), encoding="utf-8")
    (folder / "Predictor.java").write_text(JAVA.format(**values), encoding="utf-8")
    example = {"rows": known.rows[:EXAMPLES], "numbers": numbers.tolist(), "answers": answers.tolist()}
    (folder / "example.json").write_bytes(msgspec.json.encode(example))
