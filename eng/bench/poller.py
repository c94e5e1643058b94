"""poller.py ADDRESS PATH EMAIL PASSWORD: a signed-in member asks for a page every 10 ms, from one line of its input to the next. Then prints what each request got,
as JSON: when it was sent, when its answer was there, and its status; 0 for half a page.

Several connections take turns, so that one slow answer does not keep the next request from being sent when it is due. Times are seconds by the system's monotonic clock."""
import http.client
import json
import re
import sys
import threading
import time
import urllib.parse

INTERVAL_SECONDS = 0.01
CONNECTIONS = 4


def main(address, path, email, password):
    host = urllib.parse.urlsplit(address).netloc
    cookie = sign_in(host, email, password)
    print("ready", flush=True)
    for _ in sys.stdin:
        answers, over = [], threading.Event()
        begun = time.monotonic()
        workers = [threading.Thread(target=poll, args=(host, path, cookie, begun, number, answers, over)) for number in range(CONNECTIONS)]
        for worker in workers:
            worker.start()
        print("polling", flush=True)
        sys.stdin.readline()
        over.set()
        for worker in workers:
            worker.join()
        print(json.dumps(sorted(answers)), flush=True)


def poll(host, path, cookie, begun, number, answers, over):
    """Sends what is due for this connection: each so manieth request. What is overdue is sent at once; what should have been sent before that is left out."""
    connection = http.client.HTTPConnection(host, timeout=60)
    turn = number
    while not over.is_set():
        wait = begun + turn * INTERVAL_SECONDS - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        sent = time.monotonic()
        answer, body = get(connection, path, cookie)
        if answer.status == 302 and (answer.getheader("Location") or "").endswith(path):
            # The page was being made when users were locked out: it sends its reader to itself, to be asked to wait there.
            answer, body = get(connection, path, cookie)
        whole = answer.status != 200 or b"</html>" in body
        answers.append((sent, time.monotonic(), answer.status if whole else 0))
        turn = max(turn + CONNECTIONS, number + CONNECTIONS * int((time.monotonic() - begun) / INTERVAL_SECONDS / CONNECTIONS))


def get(connection, path, cookie):
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    answer = connection.getresponse()
    return answer, answer.read()


def sign_in(host, email, password):
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    page = answer.read().decode()
    cookies = cookies_of(answer)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page))
    fields.update({"Input.Email": email, "Input.Password": password})
    connection.request("POST", "/sign-in", urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", "Cookie": join(cookies)})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        sys.exit(f"error: signing in answered {answer.status}")
    cookies.update(cookies_of(answer))
    return join(cookies)


def cookies_of(answer):
    return dict(header.split(";")[0].split("=", 1) for name, header in answer.getheaders() if name.lower() == "set-cookie")


def join(cookies):
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
