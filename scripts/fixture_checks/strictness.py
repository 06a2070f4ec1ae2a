"""Makes the SDKs' types say what they pass over by themselves: members and words that they do not list."""

import importlib
import pkgutil
import warnings

import pydantic
import typing_extensions

# A word that google-genai's enums do not list is a warning there and an error here.
warnings.filterwarnings("error", message=".*is not a valid", category=UserWarning)


def forbid_unknown_members(package: str) -> None:
    """Makes pydantic refuse members that the request types of an SDK do not list."""
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, package + "."):
        if ".beta" in info.name or ".types" not in info.name and info.name != package:
            continue
        module = importlib.import_module(info.name)
        for item in vars(module).values():
            if (
                isinstance(item, type)
                and typing_extensions.is_typeddict(item)
                and "__pydantic_config__" not in vars(item)
            ):
                item.__pydantic_config__ = {"extra": "forbid", "arbitrary_types_allowed": True}


def force(value):
    """Pydantic validates an Iterable lazily: walk it."""
    if isinstance(value, dict):
        return {key: force(item) for key, item in value.items()}
    if isinstance(value, (str, bytes, int, float, bool, type(None))):
        return value
    if hasattr(value, "__iter__"):
        return [force(item) for item in value]
    return value


def unknown_members(model, path=""):
    if isinstance(model, pydantic.BaseModel):
        for key in model.model_extra or {}:
            yield f"{path}.{key}"
        for key, item in model.__dict__.items():
            yield from unknown_members(item, f"{path}.{key}")
    elif isinstance(model, (list, tuple)):
        for index, item in enumerate(model):
            yield from unknown_members(item, f"{path}[{index}]")


# Before anything builds a validator of them.
forbid_unknown_members("openai.types")
forbid_unknown_members("anthropic.types")
