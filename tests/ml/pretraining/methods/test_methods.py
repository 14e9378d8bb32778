"""Every method of pretraining that the settings offer can be trained; settings are read by its name."""

import pkgutil
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from ml.config import AnyPretrainConfig, MocoV2Config, SimclrV2Config, pretrain_config
from ml.pretraining import methods
from ml.pretraining.methods import method_of
from ml.pretraining.run_name import run_name

UNION = get_args(AnyPretrainConfig)[0]
MEMBERS = get_args(UNION) or (UNION,)


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_of_the_union_has_a_module_that_can_be_trained(member: type[MocoV2Config]) -> None:
    assert set(method_of(member()).learning_rates) == (
        {"vup"} if member().needs_classes() else {"tup", "vup", "uf"}
    )


def test_every_module_is_offered() -> None:
    modules = {module.name for module in pkgutil.iter_modules(methods.__path__)} - {"method"}
    assert modules == {member().method for member in MEMBERS}


def test_settings_are_read_by_the_name_of_their_method() -> None:
    read = pretrain_config.validate_python({"method": "moco_v2", "queue_size": 64})
    assert read == MocoV2Config(queue_size=64)
    assert pretrain_config.validate_python({"queue_size": 64}) == read, "as before there was a choice"
    assert pretrain_config.dump_python(read) == read.model_dump()
    with pytest.raises(ValidationError, match="moco_v2"):
        pretrain_config.validate_python({"method": "moco_v1"})
    with pytest.raises(ValidationError, match="queue"):
        pretrain_config.validate_python({"queue": 64})


def test_the_schema_tells_methods_apart() -> None:
    schema = pretrain_config.json_schema()
    assert schema["discriminator"]["propertyName"] == "method"
    assert set(schema["discriminator"]["mapping"]) == {member().method for member in MEMBERS}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"source_id": "s", "batch_norm_splits": 1}, "ee6d93e3dc246881"),
        (
            {"source_id": "s", "learning_rate": 1e-5, "seed": 3, "queue_size": 64, "batch_size": 32}
            | {"batch_norm_splits": 1},
            "cf858591e5fd326d",
        ),
    ],
)
def test_unfinished_runs_of_release_0_1_go_on(settings: dict[str, float], name: str) -> None:
    """These names were given by that release's code; a checkpoint belongs to the run that it names."""
    assert run_name(MocoV2Config(**settings)) == name  # type: ignore[arg-type]


def test_a_setting_that_came_later_names_another_run_only_where_it_is_used() -> None:
    plain = run_name(MocoV2Config(source_id="s"))
    assert run_name(MocoV2Config(source_id="s", schedule="cosine_step", final_rate=0)) == plain
    assert run_name(MocoV2Config(source_id="s", schedule="cosine_epoch")) != plain
    assert run_name(MocoV2Config(source_id="s", warm_up_epochs=1)) != plain


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"epochs": 20, "warm_up_epochs": 10, "source_id": "s"}, "3ea19854df6654c0"),
        ({"epochs": 200}, "43151511984d542d"),
    ],
)
def test_a_run_with_all_of_the_methods_warm_up_is_named_as_before_it_could_be_left_out(
    settings: dict[str, Any], name: str
) -> None:
    assert run_name(SimclrV2Config(**settings)) == name
    assert run_name(SimclrV2Config(**settings | {"warm_up_epochs": 1})) != name


def test_a_shorter_warm_up_names_another_run() -> None:
    assert run_name(SimclrV2Config(epochs=20)) != run_name(SimclrV2Config(epochs=20, warm_up_epochs=10))
    assert run_name(SimclrV2Config(epochs=20)) == run_name(SimclrV2Config(epochs=20, warm_up_epochs=1))


def test_views_that_are_given_in_part_keep_the_rest_of_the_method() -> None:
    read = pretrain_config.validate_python({"method": "simclr_v2", "augmentation": {"flip": 0}})
    assert (read.augmentation.flip, read.augmentation.smallest_crop) == (0, 0.08)
    assert read.augmentation.jitter_strength == 0.8
