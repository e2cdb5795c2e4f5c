"""Networks on the devices that suit them: built at the precision, and over the GPUs, that `devices` decides on.

Mixed precision and several GPUs are proven on CPUs only.
"""

from __future__ import annotations

from typing import Any

from engine.training.compiled import column, loss_of_scores, scores_of
from engine.training.devices import Use, decide, gpus
from engine.training.fit import Trainer
from engine.training.hyper import Hyper
from engine.training.layout import Layout
from engine.training.network import Head, Model, build
from engine.training.size import count_parameters


def build_placed(layout: Layout, outputs: int, hyper: Hyper, *, head: Head, loss: str, rows: int) -> Model:
    """`build` for training on so many rows; on one device with float32 there is no difference."""
    use = decide(gpus(), count_parameters(layout, outputs, hyper), rows)
    return build_for(use, layout, outputs, hyper, head=head, loss=loss)


def build_for(
    use: Use, layout: Layout, outputs: int, hyper: Hyper, *, head: Head, loss: str, devices: list[str] | None = None
) -> Model:
    """The network of a decision, mirrored over `devices` (None: the first GPUs) where there are several replicas."""
    if use.replicas == 1:
        return build(layout, outputs, hyper, head=head, loss=loss, precision=use.precision)
    import tensorflow as tf

    names = devices or [f"GPU:{number}" for number in range(use.replicas)]
    with tf.distribute.MirroredStrategy(names).scope():
        return build(layout, outputs, hyper, head=head, loss=loss, precision=use.precision)


def trainer_of(model: Model, *, rows: int, batch: int) -> Trainer:
    """What trains the model where it lies."""
    mirrored = model.distribute_strategy.num_replicas_in_sync > 1
    return (MirroredTrainer if mirrored else Trainer)(model, rows=rows, batch=batch)


class MirroredTrainer(Trainer):
    """Trains a mirrored network: each replica takes its part of every batch, and the gradients are summed.

    The steps are those of one device but for rounding, and for batch normalisation, which sees a part of the batch.
    """

    def __init__(self, model: Model, *, rows: int, batch: int) -> None:
        with model.distribute_strategy.scope():
            super().__init__(model, rows=rows, batch=batch, fused=False)
        self._run = _mirrored(model)


def _mirrored(model: Model) -> Any:
    """`run` of `compiled`, over the replicas; the rows of a step are taken on the host and dealt out."""
    import tensorflow as tf

    strategy, scores, loss_of = model.distribute_strategy, scores_of(model), loss_of_scores(model.loss)
    optimizer, trained, count = (
        model.optimizer,
        model.trainable_variables,
        model.distribute_strategy.num_replicas_in_sync,
    )

    def replica(x: Any, y: Any, w: Any, kept: Any) -> Any:
        with tf.GradientTape() as tape:
            per_row = loss_of(column(y), scores(x, training=True)) * w
            loss = tf.reduce_sum(per_row) / kept
            penalised = loss + tf.add_n(scores.losses) / count if scores.losses else loss
            penalised = optimizer.scale_loss(penalised)
        optimizer.apply(tape.gradient(penalised, trained), trained)
        return tf.reduce_sum(per_row)

    def step(x: Any, y: Any, w: Any, rows: Any, mask: Any) -> Any:
        share = -(-rows.shape[0] // count)
        filled = (0, share * count - rows.shape[0])
        rows, mask = tf.pad(rows, [filled]), tf.pad(mask, [filled])

        def dealt(values: Any) -> Any:
            return strategy.experimental_distribute_values_from_function(
                lambda context: values[context.replica_id_in_sync_group * share :][:share]
            )

        parts = (dealt(tf.gather(x, rows)), dealt(tf.gather(y, rows)), dealt(tf.gather(w, rows) * mask))
        losses = strategy.run(replica, args=(*parts, tf.reduce_sum(mask)))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)

    compiled_step = tf.function(step, autograph=False)

    def run(x: Any, y: Any, w: Any, rows: Any, mask: Any, start: Any, stop: Any) -> Any:
        total = 0.0
        for index in range(int(start), int(stop)):
            total += float(compiled_step(x, y, w, rows[index], mask[index]))
        return total

    return run
