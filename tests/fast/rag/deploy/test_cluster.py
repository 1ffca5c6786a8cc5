"""What starts the whole past one machine names settings, extras and paths that are there, and keeps secrets secret."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.settings import Settings, is_secret
from tests.support import ROOT
from tests.support.canned import Canned
from tests.support.http import canned_state, http_of

DEPLOY = ROOT / "rag" / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
KUBERNETES = DEPLOY / "kubernetes" / "hoidap.yaml"
VALUES = DEPLOY / "kubernetes" / "milvus-values.yaml"


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def deployments() -> dict[str, Any]:
    items = loaded(KUBERNETES)["items"]
    return {item["metadata"]["name"]: item["spec"] for item in items if item["kind"] == "Deployment"}


def container(deployment: str) -> dict[str, Any]:
    (found,) = deployments()[deployment]["template"]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", [COMPOSE, KUBERNETES])
def test_variables_are_settings(path: Path) -> None:
    named = set(re.findall(r"HOIDAP_([A-Z_]+)", path.read_text(encoding="utf-8")))

    assert {"DATABASE", "MILVUS", "ACCESS", "INDEXES"} <= named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("path", [COMPOSE, KUBERNETES])
def test_extras_are_declared(path: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (named,) = re.findall(r"EXTRAS[=:] ?([\w,]+)", path.read_text(encoding="utf-8"))

    assert "cluster" in named.split(",")
    assert set(named.split(",")) <= set(extras)


def test_two_answer_and_two_index() -> None:
    services = loaded(COMPOSE)["services"]
    of_compose = {name: services[name]["environment"]["HOIDAP_INDEXES"] for name in ("api", "indexer")}
    env = {name: {each["name"]: each.get("value") for each in container(name)["env"]} for name in deployments()}

    assert of_compose == {"api": "false", "indexer": "true"}
    assert {name: variables["HOIDAP_INDEXES"] for name, variables in env.items()} == {
        "hoidap-api": "false",
        "hoidap-indexer": "true",
    }
    assert {services[name]["deploy"]["replicas"] for name in of_compose} == {2}
    assert {deployment["replicas"] for deployment in deployments().values()} == {2}
    # But for that, both are told the same.
    assert env["hoidap-api"] | {"HOIDAP_INDEXES": ""} == env["hoidap-indexer"] | {"HOIDAP_INDEXES": ""}


def test_secrets_come_from_secrets() -> None:
    compose = loaded(COMPOSE)
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        for variable, value in service.get("environment", {}).items():
            assert not re.search(r"PASSWORD(?!_FILE)|SECRET|TOKEN|KEY$", variable), variable
            assert "@" not in value, variable
    for each in container("hoidap-api")["env"]:
        if is_secret(each["name"].removeprefix("HOIDAP_").lower()):
            assert each["valueFrom"]["secretKeyRef"]["name"] == "hoidap"


def test_what_is_mounted_is_declared() -> None:
    compose = loaded(COMPOSE)
    for name, service in compose["services"].items():
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if ":" in volume}
        assert named <= set(compose["volumes"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("depends_on", [])) <= set(compose["services"]), name
        assert re.fullmatch(r"[\w./-]+(:[\w.-]+)?", service["image"]), name
        # The proxy alone is reached from outside, and from this machine alone.
        assert service.get("ports", []) == (["127.0.0.1:8000:8000"] if name == "proxy" else [])
    for deployment in deployments().values():
        pod = deployment["template"]["spec"]
        mounted = {mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["volumes"]}
        assert deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"]


def test_probes_are_served() -> None:
    paths = {container(name)[probe]["httpGet"]["path"] for name in deployments() for probe in probes(name)}

    assert paths == {"/livez", "/readyz"}
    with http_of(canned_state(Canned())) as client:
        assert {client.get(path).status_code for path in paths} == {200}


def probes(deployment: str) -> list[str]:
    return [name for name in container(deployment) if name.endswith("Probe")]


def test_the_service_leads_to_those_that_answer() -> None:
    (service,) = (item for item in loaded(KUBERNETES)["items"] if item["kind"] == "Service")

    assert service["spec"]["selector"] == deployments()["hoidap-api"]["template"]["metadata"]["labels"]


def test_milvus_is_of_one_version_and_asks_for_passwords() -> None:
    values = loaded(VALUES)

    assert loaded(COMPOSE)["services"]["milvus"]["image"] == f"milvusdb/milvus:{values['image']['all']['tag']}"
    assert yaml.safe_load(values["extraConfigFiles"]["user.yaml"])["common"]["security"]["authorizationEnabled"] is True
