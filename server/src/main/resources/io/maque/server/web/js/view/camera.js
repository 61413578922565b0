import { find } from "../dom.js";
import { t } from "../i18n.js";
import { pictureOfFrame } from "../pictures.js";

const PROBLEMS = { NotAllowedError: "cameraDenied", SecurityError: "cameraDenied", NotFoundError: "cameraMissing", OverconstrainedError: "cameraMissing" };

/** The camera dialog: look, take a still, keep it or try again. The camera is off whenever it is closed. */
export class Camera {
  #dialog = find("#camera-dialog");
  #video = find("#camera-video");
  #still = find("#camera-still");
  #problem = find("#camera-problem");
  #shoot = find("#camera-shoot");
  #again = find("#camera-again");
  #use = find("#camera-use");
  #flip = find("#camera-flip");
  #stream = null;
  #facing = "environment";
  #opened = 0;

  constructor(onPicture) {
    this.#shoot.addEventListener("click", () => this.#takeStill());
    this.#again.addEventListener("click", () => this.#showLive());
    this.#flip.addEventListener("click", () => {
      this.#facing = this.#facing === "environment" ? "user" : "environment";
      this.#start();
    });
    this.#use.addEventListener("click", async () => {
      onPicture(await pictureOfFrame(this.#still, t("cameraFile")));
      this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => this.#stop());
  }

  open() {
    this.#dialog.showModal();
    this.#showLive();
    this.#start();
  }

  async #start() {
    this.#stop();
    const opened = ++this.#opened;
    this.#report(null);
    this.#shoot.disabled = true;
    if (!navigator.mediaDevices?.getUserMedia) {
      this.#report("cameraInsecure");
      return;
    }
    try {
      const wanted = { facingMode: this.#facing, width: { ideal: 1920 }, height: { ideal: 1440 } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (opened !== this.#opened || !this.#dialog.open) {
        for (const track of stream.getTracks()) track.stop(); // closed while the browser asked
        return;
      }
      this.#stream = stream;
      this.#video.srcObject = stream;
      await this.#video.play();
      this.#shoot.disabled = false;
      const devices = await navigator.mediaDevices.enumerateDevices();
      this.#flip.hidden = devices.filter((device) => device.kind === "videoinput").length < 2;
    } catch (error) {
      if (opened === this.#opened && this.#dialog.open) this.#report(PROBLEMS[error.name] ?? "cameraBusy");
    }
  }

  #stop() {
    this.#opened++;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }

  #takeStill() {
    this.#still.width = this.#video.videoWidth;
    this.#still.height = this.#video.videoHeight;
    this.#still.getContext("2d").drawImage(this.#video, 0, 0);
    this.#showStill(true);
    this.#use.focus();
  }

  #showLive() {
    this.#showStill(false);
  }

  #showStill(still) {
    this.#video.hidden = still;
    this.#still.hidden = !still;
    this.#shoot.hidden = still;
    this.#again.hidden = !still;
    this.#use.hidden = !still;
  }

  #report(key) {
    this.#problem.hidden = key === null;
    this.#video.parentElement.hidden = key !== null;
    this.#problem.textContent = key === null ? "" : t(key);
  }
}
