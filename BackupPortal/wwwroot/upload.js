// Sends a file to the portal in pieces. After a lost connection it goes on by itself; after the page was loaded anew, when the same file is chosen again.

const firstPiece = 1 << 20;
const largestPiece = 32 << 20;
const longestWaitSeconds = 30;
const ownPage = { 'X-BackupPortal': '1' };

// Why the portal does not take the file: trying again would not help.
class Refused extends Error {}

// The connection was lost, or the portal is not there for a moment.
class Lost extends Error {}

class GivenUp extends Error {}

/**
 * Makes a place of the page take files, chosen or dropped.
 * @param zone Has the file input in it.
 * @param page The component: is asked about a file, and told how its sending goes.
 */
export function attach(zone, page, address) {
  const input = zone.querySelector('input[type=file]');
  let sending = null;

  async function take(file) {
    if (sending || !file) return;
    sending = new Sending(file, address, page);
    try {
      const answer = await page.invokeMethodAsync('AskAsync', file.name, file.size);
      if (answer) await sending.run(answer);
    } finally {
      sending = null;
      input.value = '';
    }
  }

  const taken = () => take(input.files[0]);
  const over = event => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    zone.classList.toggle('drop-over', !sending);
  };
  const left = () => zone.classList.remove('drop-over');
  const dropped = event => {
    event.preventDefault();
    left();
    take(event.dataTransfer.files[0]);
  };
  const listeners = Object.entries({ dragover: over, dragleave: left, drop: dropped });
  input.addEventListener('change', taken);
  for (const [name, listener] of listeners) zone.addEventListener(name, listener);

  return {
    cancel: () => sending?.cancel(),
    // The page is left: what has arrived stays for a while, and the same file may be chosen again.
    detach: () => {
      sending?.stop();
      input.removeEventListener('change', taken);
      for (const [name, listener] of listeners) zone.removeEventListener(name, listener);
    },
  };
}

class Sending {
  constructor(file, address, page) {
    this.file = file;
    this.address = address;
    this.page = page;
    this.key = `upload ${address} ${file.name} ${file.size} ${file.lastModified}`;
    this.stopping = new AbortController();
    this.rate = new Rate();
    this.piece = firstPiece;
    this.told = 0;
  }

  async run(answer) {
    try {
      let offset = await this.persist(() => this.begin());
      while (offset < this.file.size) {
        const from = offset;
        // After a lost piece the portal knows best how much of it has arrived.
        let isKnown = true;
        offset = await this.persist(async () => {
          if (!isKnown) return this.ask();
          isKnown = false;
          return this.send(from);
        });
      }
      this.tell('Finishing', offset);
      await this.persist(() => this.complete(answer));
      localStorage.removeItem(this.key);
      this.tell('Done', offset);
    } catch (failure) {
      if (failure instanceof Refused) this.tell('Refused', 0, failure.message, failure.cause);
      else if (!(failure instanceof GivenUp)) throw failure;
    }
  }

  async cancel() {
    this.stop();
    const upload = localStorage.getItem(this.key);
    localStorage.removeItem(this.key);
    // One that is not deleted now is deleted by itself a day later.
    if (upload) await fetch(upload, { method: 'DELETE', headers: ownPage }).catch(() => null);
  }

  stop() {
    this.stopping.abort();
  }

  // Tries again until it is done, refused, or given up.
  async persist(work) {
    for (let waitSeconds = 1; ; waitSeconds = Math.min(waitSeconds * 2, longestWaitSeconds)) {
      if (this.stopping.signal.aborted) throw new GivenUp();
      try {
        return await work();
      } catch (failure) {
        if (this.stopping.signal.aborted) throw new GivenUp();
        if (!(failure instanceof Lost)) throw failure;
      }
      this.tell('Waiting', this.sent ?? 0);
      await this.pause(waitSeconds);
    }
  }

  pause(seconds) {
    return new Promise(go => {
      const timer = setTimeout(end, seconds * 1000);
      const signal = this.stopping.signal;
      addEventListener('online', end);
      signal.addEventListener('abort', end);
      function end() {
        clearTimeout(timer);
        removeEventListener('online', end);
        signal.removeEventListener('abort', end);
        go();
      }
    });
  }

  // Goes on with what is there of this very file, or begins anew.
  async begin() {
    this.upload = localStorage.getItem(this.key);
    if (this.upload) {
      const offset = await this.ask();
      if (this.upload) return offset;
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const answer = await this.call(this.address, 'POST', { 'Upload-Length': this.file.size, 'Upload-Metadata': `filename ${name}` });
    if (answer.status !== 201) throw await refusalOf(answer);
    this.upload = answer.headers.get('Location');
    localStorage.setItem(this.key, this.upload);
    return 0;
  }

  // Where to go on; from the beginning when the portal has deleted it.
  async ask() {
    const answer = await this.call(this.upload, 'HEAD');
    if (answer.ok) return offsetOf(answer.headers.get('Upload-Offset'));
    if (answer.status !== 404) throw await refusalOf(answer);
    localStorage.removeItem(this.key);
    this.upload = null;
    return this.begin();
  }

  async call(address, method, headers = {}, body = null) {
    let answer;
    try {
      answer = await fetch(address, { method, headers: { ...ownPage, Accept: 'application/json', ...headers }, body, redirect: 'error', signal: this.stopping.signal });
    } catch (failure) {
      throw new Lost(failure.message);
    }
    if (isForAMoment(answer.status)) throw new Lost(answer.statusText);
    return answer;
  }

  // By the older kind of request: only that one tells how much has gone out.
  send(offset) {
    return new Promise((arrived, failed) => {
      const piece = this.file.slice(offset, offset + this.piece);
      const request = new XMLHttpRequest();
      const stop = () => request.abort();
      const begun = performance.now();
      this.stopping.signal.addEventListener('abort', stop);
      request.open('PATCH', this.upload);
      for (const [name, value] of Object.entries({ ...ownPage, Accept: 'application/json', 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset }))
        request.setRequestHeader(name, value);
      request.upload.onprogress = event => this.tell('Sending', offset + event.loaded);
      request.onloadend = () => {
        this.stopping.signal.removeEventListener('abort', stop);
        const where = request.getResponseHeader('Upload-Offset');
        if (request.status === 204 && where !== null) {
          this.fit(performance.now() - begun);
          this.tell('Sending', offsetOf(where));
          arrived(offsetOf(where));
        } else if (request.status === 0 || request.status === 404 || isForAMoment(request.status)) {
          this.piece = firstPiece;
          failed(new Lost());
        } else if (request.status === 409 && where !== null) {
          arrived(offsetOf(where));
        } else {
          failed(refusalIn(request.responseText));
        }
      };
      request.send(piece);
    });
  }

  // A lost piece costs a few seconds on a slow line, and a fast one is not held up by many requests.
  fit(milliseconds) {
    if (milliseconds < 2000) this.piece = Math.min(this.piece * 2, largestPiece);
    else if (milliseconds > 10000) this.piece = Math.max(this.piece / 2, firstPiece);
  }

  async complete(answer) {
    const done = await this.call(`${this.upload}/complete`, 'POST', { 'Content-Type': 'application/json' }, JSON.stringify(answer));
    // Not there any more: it was taken in, and only the answer was lost.
    if (done.status === 404) return;
    if (done.status !== 202) {
      localStorage.removeItem(this.key);
      throw await refusalOf(done);
    }
  }

  tell(state, sent, what = null, hint = null) {
    this.sent = sent;
    const now = performance.now();
    if (state === 'Sending') {
      this.rate.add(now, sent);
      if (now - this.told < 300) return;
      this.told = now;
    } else {
      this.rate.forget();
    }
    // Without its circuit the page shows nothing, and the file goes on.
    this.page.invokeMethodAsync('Tell', { state, sent, bytesPerSecond: this.rate.perSecond(), what, hint }).catch(() => null);
  }
}

// Over the last few seconds.
class Rate {
  samples = [];

  add(now, bytes) {
    this.samples.push([now, bytes]);
    while (now - this.samples[0][0] > 8000) this.samples.shift();
  }

  forget() {
    this.samples = [];
  }

  perSecond() {
    if (this.samples.length < 2) return 0;
    const [[begun, from], [now, to]] = [this.samples[0], this.samples.at(-1)];
    return now - begun < 500 ? 0 : Math.max(0, Math.round((to - from) * 1000 / (now - begun)));
  }
}

function isForAMoment(status) {
  return status === 408 || status === 460 || status === 500 || (status > 501 && status < 505);
}

function offsetOf(header) {
  if (header === null) throw new Refused();
  return Number(header);
}

async function refusalOf(answer) {
  return refusalIn(await answer.text());
}

function refusalIn(text) {
  try {
    const problem = JSON.parse(text);
    return new Refused(problem.title, { cause: problem.detail });
  } catch {
    // Somebody between here and the portal has answered.
    return new Refused();
  }
}
