#!/usr/bin/env python3
"""Holds the exporter's presets against recorded answers of exchanges.

usage: venues.py FOLDER BINARY

FOLDER holds serve.py, a loopback server of recorded answers (/<venue>/<case>/<real host>/<path>), and check-presets.py, which says with --out
what each state deserves; BINARY is the exporter, which looks at all of them in one go. Prints a line per state that it judges otherwise, and a
sum; the exit code is 1 if there is one. Not part of CI, since the recordings are not in this tree.
"""
import json
import os
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit

OURS = {"down": "server_error", "unreadable": "invalid_response"}


def main(folder, binary):
    here = tempfile.mkdtemp()
    table = f"{here}/table.json"
    subprocess.run([sys.executable, f"{folder}/check-presets.py", "--out", table], check=False, stdout=subprocess.DEVNULL)
    wanted = json.load(open(table))
    presets = {preset["name"]: preset for preset in json.load(open(f"{folder}/presets.json"))["presets"]}
    server = subprocess.Popen([sys.executable, f"{folder}/serve.py", "--port", "0"], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().split()[-1].rsplit(":", 1)[-1]
    bots, cases = [], {}
    for preset, states in wanted.items():
        venue = {"okxus": "okx"}.get(presets[preset]["ccxt"][0], presets[preset]["ccxt"][0])
        host = urlsplit(presets[preset]["host"]["default"]).netloc or presets[preset]["host"]["default"]
        for state, deserved in states.items():
            name = f"{preset}.{state}".replace("_", "-")
            cases[name] = (preset, state, deserved)
            root = f"{here}/bots/{name}"
            os.makedirs(f"{root}/logs")
            url = f"http://127.0.0.1:{port}/{venue}/{state}/{host}"
            bots.append({"Name": name, "Root": root, "Checks": {"ExchangeApi": {"Exchange": preset, "BaseUrl": url}, "Network": {"Endpoints": [f"http://127.0.0.1:{port}"]},
                                                                "CoinGlassApi": {"BaseUrl": f"http://127.0.0.1:{port}"}}})
    config = f"{here}/config.json"
    json.dump({"Bots": bots, "Storage": {"Path": f"{here}/storage"}}, open(config, "w"))
    os.chmod(config, 0o600)
    looked = subprocess.run([binary, "check", "--config.file", config, "--json"], capture_output=True, text=True)
    server.terminate()
    if not looked.stdout:
        sys.exit(looked.stderr)

    wrong = 0
    for bot in json.loads(looked.stdout)["bots"]:
        preset, state, deserved = cases[bot["bot"]]
        check = next(check for check in bot["checks"] if check["check"] == "exchange_api")
        said = check["cause"] if check.get("cause") not in (None, "", "clock") else "announced" if "maintenance" in check["reason"] else "healthy"
        # A venue whose words say maintenance is in maintenance, whatever its status; a public question that is refused is a wrong question.
        if said == "maintenance" and state == "maintenance_error" or said == "invalid_response" and "HTTP 401" in check["reason"]:
            continue
        if said != OURS.get(deserved, deserved):
            wrong += 1
            print(f"{preset} {state}: deserves {deserved}, is called {said}: {check['reason']}")
    print(f"{len(cases)} states, {wrong} judged otherwise")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1], os.path.abspath(sys.argv[2]))
