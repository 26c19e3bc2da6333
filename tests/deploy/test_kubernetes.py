"""The manifests: what the installation must be, read from the files; `make check-deploy` has the checkers."""

import shutil
import subprocess

import pytest
import yaml
from honcho.environ import parse_procfile

from config.embedded.paths import PROJECT
from config.settings import EGRESS_ALLOWED_PORTS

FOLDER = PROJECT / "deploy" / "kubernetes"
PROCESSES = dict(parse_procfile((PROJECT / "Procfile").read_text()).processes)


def read(*folders: str) -> dict[tuple[str, str], dict]:
    """The objects of all files, by kind and name."""
    files = [
        path
        for folder in folders
        for path in (FOLDER / folder).glob("*.yaml")
        if path.stem != "kustomization"
    ]
    found = [each for path in files for each in yaml.safe_load_all(path.read_text())]
    return {(each["kind"], each["metadata"]["name"]): each for each in found}


BASE, MIGRATE = read("base"), read("migrate")
RUN = {name: each for (kind, name), each in BASE.items() if kind in ("Deployment", "StatefulSet")}


def pod(workload: dict) -> dict:
    return workload["spec"]["template"]["spec"]


def test_each_process_of_the_procfile_runs():
    commands = {pod(each)["containers"][0]["command"][-1] for each in RUN.values()}
    assert commands == set(PROCESSES)
    assert pod(MIGRATE["Job", "migrate"])["containers"][0]["command"] == [
        "python",
        "manage.py",
        "prepare",
        "--no-static",
    ]


def test_there_are_as_many_as_were_asked_for():
    assert RUN["fetcher"]["spec"]["replicas"] == 3
    assert RUN["beat"]["spec"]["replicas"] == 1
    assert RUN["beat"]["spec"]["strategy"] == {"type": "Recreate"}, "never two"
    for scaled in ("web", "processor"):
        assert "replicas" not in RUN[scaled]["spec"], "an upgrade must not undo what was scaled"
    web = BASE["HorizontalPodAutoscaler", "web"]["spec"]
    assert (web["minReplicas"], web["maxReplicas"]) == (3, 10)
    targets = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in web["metrics"]}
    assert targets == {"cpu": 70, "memory": 80}
    processor = BASE["ScaledObject", "processor"]["spec"]
    assert processor["minReplicaCount"] == 5
    [trigger] = processor["triggers"]
    assert "nocturne_queue_age_seconds" in trigger["metadata"]["query"]
    assert "nocturne_queue_age_seconds" in (PROJECT / "config/metrics.py").read_text()


@pytest.mark.parametrize("name", sorted(RUN))
def test_each_has_probes_that_ask_for_its_own_work(name):
    [container] = pod(RUN[name])["containers"]
    asked = {
        kind: container[f"{kind}Probe"]["exec"]["command"][3:]
        for kind in ("liveness", "readiness", "startup")
    }
    if name == "web":
        assert asked == {"liveness": [], "readiness": ["/readyz?without=valkey"], "startup": []}
    else:
        assert asked == dict.fromkeys(asked, ["--pulse"])


@pytest.mark.parametrize(
    "workload", [*RUN.values(), MIGRATE["Job", "migrate"]], ids=lambda each: each["metadata"]["name"]
)
def test_none_may_more_than_it_needs(workload):
    spec = pod(workload)
    [container] = spec["containers"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsUser"] == 10001
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert (
        {"cpu", "memory"} == set(container["resources"]["limits"]) == set(container["resources"]["requests"])
    )
    assert all(each["name"].endswith("_FILE") for each in container["env"]), "secrets are files"


def test_the_fetchers_alone_reach_strangers():
    out = {
        name: each["spec"]
        for (kind, name), each in BASE.items()
        if kind == "NetworkPolicy"
        and any("ipBlock" in to for rule in each["spec"].get("egress", []) for to in rule["to"])
    }
    assert set(out) == {"services", "fetcher", "mail"}
    wide = [
        n
        for n, s in out.items()
        for r in s["egress"]
        for to in r["to"]
        if to.get("ipBlock", {}).get("cidr", "").endswith("/0")
    ]
    assert wide == ["fetcher"]
    chosen = out["fetcher"]["podSelector"]["matchLabels"]["nocturne/way-out"]
    labelled = [
        n
        for n, each in RUN.items()
        if each["spec"]["template"]["metadata"]["labels"].get("nocturne/way-out") == chosen
    ]
    assert labelled == ["fetcher"]
    [rule] = out["fetcher"]["egress"]
    assert [port["port"] for port in rule["ports"]] == EGRESS_ALLOWED_PORTS
    assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(
        rule["to"][0]["ipBlock"]["except"]
    )
    nothing = BASE["NetworkPolicy", "nothing"]["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_what_serves_is_not_taken_away_at_once_and_advice_is_only_advice():
    budgets = {name for kind, name in BASE if kind == "PodDisruptionBudget"}
    assert budgets == set(RUN) - {"beat"}
    advice = [each for (kind, _), each in BASE.items() if kind == "VerticalPodAutoscaler"]
    assert advice
    assert all(each["spec"]["updatePolicy"] == {"updateMode": "Off"} for each in advice)


def test_a_worker_may_end_its_tasks():
    for name in ("fetcher", "processor", "notifier"):
        assert pod(RUN[name])["terminationGracePeriodSeconds"] >= 60


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl builds kustomizations, and is not here")
@pytest.mark.parametrize("folder", ["production", "migrate"])
def test_kustomize_builds_it(folder):
    told = subprocess.run(["kubectl", "kustomize", FOLDER / folder], capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert told.returncode == 0, told.stderr
    made = list(yaml.safe_load_all(told.stdout))
    assert {each["metadata"].get("namespace", "nocturne") for each in made} == {"nocturne"}
    images = {
        c["image"]
        for each in made
        if each["kind"] in ("Deployment", "StatefulSet", "Job")
        for c in pod(each)["containers"]
    }
    assert images == {"registry.example/nocturne:0.1"}


def env_of(workload: dict) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pod(workload)["containers"][0]["env"]}


@pytest.mark.parametrize(
    ("component", "name"), [("reading-replica", "DATABASE_REPLICA_URL"), ("rabbitmq", "BROKER_URL")]
)
def test_a_replica_and_a_broker_are_only_known_where_they_are_asked_for(component, name):
    assert not any(f"{name}_FILE" in env_of(each) for each in RUN.values())
    folder = FOLDER / "components" / component
    [patch] = yaml.safe_load((folder / "kustomization.yaml").read_text())["patches"]
    assert patch["target"] == {"kind": "Deployment|StatefulSet"}
    [change] = yaml.safe_load(patch["patch"])
    assert change["path"] == "/spec/template/spec/containers/0/env/-", "one more, none replaced"
    assert change["value"] == {
        "name": f"{name}_FILE",
        "value": f"/run/secrets/nocturne/{name}",
    }
    for each in RUN.values():
        [secrets] = [volume for volume in pod(each)["volumes"] if volume["name"] == "secrets"]
        assert "items" not in secrets["secret"], "each key of the secret is a file"


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl builds kustomizations, and is not here")
def test_kustomize_adds_the_replica(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "k")
    made = tmp_path / "k" / "production" / "kustomization.yaml"
    made.write_text(
        made.read_text().replace(
            "components: [../components/https-out]",
            "components: [../components/https-out, ../components/reading-replica]",
        )
    )
    told = subprocess.run(["kubectl", "kustomize", made.parent], capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert told.returncode == 0, told.stderr
    with_it = {
        each["metadata"]["name"]
        for each in yaml.safe_load_all(told.stdout)
        if each["kind"] in ("Deployment", "StatefulSet") and "DATABASE_REPLICA_URL_FILE" in env_of(each)
    }
    assert with_it == set(RUN), "whichever process is alive looks whether it keeps up"
