#!/usr/bin/env python3
"""Holds one look of the exporter against recorded states of a freqtrade.

    tests/recordings/replay.py FOLDER [--binary PATH] [--only SUBSTRING] [--verbose]

FOLDER holds, at any depth, directories with index.json (what the bot answered), meta.json (when) and expected.json (what is to be said of
it). Each is served on loopback as the bot would; the exchange is a stub that answers well; the exporter looks once, with its clock at the
recording's moment (libfaketime). Compared: life, trading_state, each check's status, the names of the failure points. The exit code is the
number of states that differ, at most 100.
"""
import argparse, base64, datetime, json, os, subprocess, sys, tempfile, threading, time, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER, PASSWORD = "freqtrader", "secret"


def server(handler):
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, kind="application/json"):
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def bot(directory):
    routes = json.load(open(os.path.join(directory, "index.json")))["routes"]

    class Handler(Quiet):
        def do_GET(self):
            url = urllib.parse.urlsplit(self.path)
            if url.path != "/api/v1/ping":
                wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                if self.headers.get("Authorization") != wanted:
                    return self.answer(401, b'{"detail":"Unauthorized"}')
            pair = urllib.parse.parse_qs(url.query).get("pair", [""])[0]
            found = next((routes[key] for key in (
                f"GET {urllib.parse.unquote(self.path)}", f"GET {url.path}?pair={pair}", f"GET {url.path}") if key in routes), None)
            if found is None:
                return self.answer(404, b'{"detail":"Not Found"}')
            with open(os.path.join(directory, found["file"]), "rb") as body:
                self.answer(found["status"], body.read(), found["content_type"])

    return server(Handler)


def exchange(now):
    began = time.time()

    class Handler(Quiet):
        def do_GET(self):
            body = {"status": 0, "msg": "normal"} if "status" in self.path else {"serverTime": int((now + time.time() - began) * 1000)}
            self.answer(200, json.dumps(body).encode())

    return server(Handler)


def look(directory, binary, faketime):
    moment = json.load(open(os.path.join(directory, "expected.json")))["now"]
    now = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    refused = json.load(open(os.path.join(directory, "expected.json")))["life"] == "unreachable"
    api, venue = bot(directory), exchange(now.timestamp())
    address = f"http://127.0.0.1:{api.server_port}"
    if refused:
        api.shutdown()
        api.server_close()
    with tempfile.TemporaryDirectory() as home:
        password = os.path.join(home, "pw")
        with open(password, "w") as file:
            file.write(PASSWORD + "\n")
        os.chmod(password, 0o600)
        configuration = os.path.join(home, "exporter.json")
        with open(configuration, "w") as file:
            json.dump({
                "Bots": [{"Name": "ft", "Kind": "freqtrade", "Url": address, "User": USER, "PasswordFile": password, "Exchange": "binance"}],
                "Checks": {"ExchangeApi": {"BaseUrl": f"http://127.0.0.1:{venue.server_port}"}},
                "Storage": {"Path": os.path.join(home, "storage")}}, file)
        environment = dict(os.environ, LD_PRELOAD=faketime, FAKETIME=now.strftime("@%Y-%m-%d %H:%M:%S.%f"), FAKETIME_DONT_FAKE_MONOTONIC="1", TZ="UTC")
        ran = subprocess.run([binary, "check", "--json", "--config.file", configuration], capture_output=True, text=True, env=environment, timeout=120)
    venue.shutdown()
    if not refused:
        api.shutdown()
    try:
        return json.loads(ran.stdout)["bots"][0]
    except (ValueError, KeyError, IndexError):
        raise SystemExit(f"{directory}: exit {ran.returncode}\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}")


def differences(seen, expected):
    if seen["life"] != expected["life"]:
        yield f"life {seen['life']}, not {expected['life']}"
    if seen["trading_state"] not in [expected["trading_state"], *expected.get("trading_state_accept", [])]:
        yield f"trading_state {seen['trading_state']}, not {expected['trading_state']}"
    said = {check["check"]: check for check in seen["checks"]}
    for name, wanted in expected["checks"].items():
        status = said[name]["status"]
        if status not in [wanted["status"], *wanted.get("accept", [])]:
            yield f"{name} {status}, not {wanted['status']} ({said[name]['reason'][:140]})"
    names = {point["name"] for point in expected["points"]["at_once"] if not point.get("later")}
    later = {point["name"] for point in expected["points"]["at_once"] if point.get("later")}
    for name in sorted(names - set(seen["points"])):
        yield f"point {name} is not said"
    for name in sorted(set(seen["points"]) - names - later):
        yield f"point {name} is said"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--binary", default="tradingbot_exporter")
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--faketime", default="/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
    arguments = parser.parse_args()
    states = sorted(at for at, _, files in os.walk(arguments.folder) if "expected.json" in files and "index.json" in files and arguments.only in at)
    if not states:
        raise SystemExit(f"{arguments.folder} holds no recorded state.")
    wrong = 0
    for state in states:
        seen = look(state, arguments.binary, arguments.faketime)
        found = list(differences(seen, json.load(open(os.path.join(state, "expected.json")))))
        wrong += bool(found)
        print(f"{os.path.relpath(state, arguments.folder):44} {seen['life']:15} {seen['trading_state']:8} {'differs: ' + '; '.join(found) if found else 'as expected'}", flush=True)
        if arguments.verbose:
            for check in seen["checks"]:
                print(f"    {check['check']:24} {check['status']:9} {check['reason']}")
    print(f"{len(states) - wrong} of {len(states)} states as expected.")
    return min(wrong, 100)


if __name__ == "__main__":
    sys.exit(main())
