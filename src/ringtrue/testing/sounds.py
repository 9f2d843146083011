"""What telephone lines carry besides voices: noise, tones, keys and the coding itself. Pure; the same for the same seed.

Levels are root mean squares of 16-bit samples. `others` are clips in which nobody speaks, of every kind there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ringtrue.audio import g711
from ringtrue.conversation.leg import Pcm

RATE_HZ = 8000

Colour = Literal["white", "pink", "brown"]
_SLOPE: dict[Colour, float] = {"white": 0.0, "pink": 0.5, "brown": 1.0}  # of amplitude over frequency
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # ITU-T Q.23
_KEYS = "123A456B789C*0#D"


def telephone(pcm: Pcm) -> Pcm:
    """As it comes out of G.711 mu-law."""
    return g711.decode(g711.encode(pcm, "PCMU"), "PCMU")


def silence(seconds: float) -> Pcm:
    """Nothing."""
    return np.zeros(round(seconds * RATE_HZ), dtype=np.int16)


def noise(seconds: float, *, level: float, seed: int, colour: Colour = "white") -> Pcm:
    """Gaussian noise."""
    return _at(_noise(round(seconds * RATE_HZ), np.random.default_rng(seed), colour), level)


def tone(hertz: Sequence[float], seconds: float, *, level: float) -> Pcm:
    """Sines of one loudness at once."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return _at(np.sum([np.sin(2 * np.pi * hz * time) for hz in hertz], axis=0), level)


def keys(digits: str, *, level: float, on: float = 0.1, off: float = 0.1) -> Pcm:
    """DTMF."""
    pieces = []
    for digit in digits:
        place = _KEYS.index(digit)
        pieces += [tone((_ROWS[place // 4], _COLUMNS[place % 4]), on, level=level), silence(off)]
    return np.concatenate(pieces)


def cadence(hertz: Sequence[float], on_off: Sequence[float], *, level: float, times: int = 1) -> Pcm:
    """A tone that comes and goes: seconds on, seconds off, and so on."""
    once = [tone(hertz, span, level=level) if index % 2 == 0 else silence(span) for index, span in enumerate(on_off)]
    return np.concatenate(once * times)


def together(*sounds: Pcm) -> Pcm:
    """All at once, from the beginning; as long as the longest."""
    total = np.zeros(max(map(len, sounds)))
    for sound in sounds:
        total[: len(sound)] += sound
    return np.clip(total, -32768, 32767).astype(np.int16)


def in_noise(voice: Pcm, *, snr_db: float, seed: int, colour: Colour = "pink") -> Pcm:
    """The voice with noise that far below its own loudness; its pauses do not count for that."""
    level = speaking_level(voice) * 10 ** (-snr_db / 20)
    return together(voice, noise(len(voice) / RATE_HZ, level=level, seed=seed, colour=colour))


def speaking_level(voice: Pcm) -> float:
    """The root mean square of where it sounds: of windows within 25 dB of the loudest (about ITU-T P.56)."""
    size = RATE_HZ // 50
    windows = np.square(voice[: len(voice) // size * size].astype(np.float64)).reshape(-1, size).mean(axis=1)
    sounding = windows[windows > windows.max(initial=0.0) * 10**-2.5]
    return float(np.sqrt(sounding.mean())) if len(sounding) else 0.0


# --- clips without a voice ----------------------------------------------------------------------------------------------


def others(seed: int = 1) -> Iterator[tuple[str, Pcm]]:
    """A hundred clips of 2 to 6 s, by name; a second of line noise or silence leads into each."""
    rng = np.random.default_rng(seed)
    for kind in (_of_lines, _of_noise, _of_networks, _of_instruments, _of_rooms):
        for name, sound in kind(rng):
            yield name, telephone(np.concatenate([silence(0.5), sound, silence(1.5)]))


_Clips = Iterator[tuple[str, Pcm]]


def _of_lines(rng: np.random.Generator) -> _Clips:
    """Silence, hum, crackle: 16."""
    for level in (0.0, 2.0, 8.0, 20.0):
        yield f"silence {level:g}", noise(3, level=level, seed=_seed(rng)) if level else silence(3)
    for hertz in (50, 60, 100, 120):
        harmonics = tuple(hertz * n for n in (1, 2, 3, 5, 7))
        yield f"hum {hertz} Hz", tone(harmonics, 4, level=float(rng.uniform(200, 2500)))
    for count in (2, 8, 30, 100):
        yield f"{count} clicks", _clicks(rng, seconds=3, count=count)
    for _ in range(4):
        yield "lost packets in noise", _gapped(noise(4, level=float(rng.uniform(300, 1500)), seed=_seed(rng)), rng)


def _of_noise(rng: np.random.Generator) -> _Clips:
    """Steady noise of every colour and loudness: 18."""
    for colour in ("white", "pink", "brown"):
        for level in (50, 150, 400, 1000, 2500, 6000):
            yield f"{colour} noise {level}", noise(float(rng.uniform(2, 5)), level=level, seed=_seed(rng), colour=colour)


def _of_networks(rng: np.random.Generator) -> _Clips:
    """What exchanges, faxes and keys send: 26."""
    level = 2500.0
    for name, hertz in (("US", (440, 480)), ("UK", (400, 450)), ("European", (425,))):
        yield f"{name} ring-back", cadence(hertz, (2.0, 2.0), level=level)
    for name, hertz, half in (("US", (480, 620), 0.5), ("UK", (400,), 0.375), ("European", (425,), 0.5)):
        yield f"{name} busy", cadence(hertz, (half, half), level=level, times=4)
    yield "congestion", cadence((480, 620), (0.25, 0.25), level=level, times=8)
    yield "dial tone", tone((350, 440), 4, level=level)
    yield "special information", np.concatenate([tone((hertz,), 0.33, level=level) for hertz in (950, 1400, 1800)])
    yield "howler", cadence((1400, 2060, 2450, 2600), (0.1, 0.1), level=6000, times=15)
    for digits in ("1", "5", "0#", "4321", "4155550123", "*A#D"):
        yield f"keys {digits}", keys(digits, level=float(rng.uniform(800, 4000)))
    for seconds in (0.2, 0.5, 1.0, 2.0):
        yield f"beep {seconds:g} s", tone((float(rng.uniform(700, 1500)),), seconds, level=3000)
    yield "fax calling", cadence((1100,), (0.5, 3.0), level=level)
    yield "fax answering", tone((2100,), 3, level=level)
    for baud in (300, 1200):
        yield f"modem {baud}", _keyed(rng, baud=baud, hertz=(1270, 1070) if baud == 300 else (1200, 2200), seconds=3)
    for _ in range(2):
        yield "modem scrambled", _scrambled(rng, seconds=3)


def _of_instruments(rng: np.random.Generator) -> _Clips:
    """Music as lines carry it while one holds: 18."""
    for index in range(6):
        yield f"chords {index}", _chords(rng, seconds=5)
    for index in range(6):
        yield f"melody {index}", _melody(rng, seconds=4)
    for index in range(3):
        yield f"drums {index}", _drums(rng, seconds=4)
    for index in range(3):
        yield f"music and drums {index}", together(_chords(rng, seconds=5), _drums(rng, seconds=5))


def _of_rooms(rng: np.random.Generator) -> _Clips:
    """Breath, wind, knocks, sirens: 22."""
    for index in range(5):
        yield f"breath {index}", _breath(rng)
    for index in range(4):
        yield f"wind {index}", _swelling(noise(5, level=1500, seed=_seed(rng), colour="brown"), rng)
    for index in range(5):
        yield f"bursts {index}", _bursts(rng, seconds=4)
    for index in range(3):
        yield f"knocks {index}", _drums(rng, seconds=3, count=int(rng.integers(2, 5)))
    for index in range(3):
        yield f"siren {index}", _siren(rng, seconds=4)
    for index in range(2):
        yield f"whistle {index}", _glide(rng, seconds=1.0, level=2500)


# --- how they are made ---------------------------------------------------------------------------------------------------


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1 << 31))


def _at(wave: NDArray[np.float64], level: float) -> Pcm:
    loudness = float(np.sqrt(np.mean(np.square(wave)))) if len(wave) else 0.0
    return np.clip(wave * (level / loudness if loudness else 0.0), -32768, 32767).astype(np.int16)


def _noise(samples: int, rng: np.random.Generator, colour: Colour) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    hertz = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    shaped: NDArray[np.float64] = np.fft.irfft(spectrum / np.maximum(hertz, 50.0) ** _SLOPE[colour], samples)
    return shaped


def _fading(samples: int, rise: float, fall: float) -> NDArray[np.float64]:
    time = np.arange(samples) / RATE_HZ
    return (1 - np.exp(-time / rise)) * np.exp(-time / fall)


def _clicks(rng: np.random.Generator, *, seconds: float, count: int) -> Pcm:
    wave = np.zeros(round(seconds * RATE_HZ))
    for at in rng.integers(0, len(wave) - 40, count):
        wave[at : at + 40] += rng.standard_normal(40) * np.exp(-np.arange(40) / 8) * 9000
    return np.clip(wave, -32768, 32767).astype(np.int16)


def _gapped(sound: Pcm, rng: np.random.Generator) -> Pcm:
    block = RATE_HZ // 50
    kept = np.repeat(rng.random(len(sound) // block + 1) > 0.2, block)[: len(sound)]
    return np.asarray(sound * kept, dtype=np.int16)


def _keyed(rng: np.random.Generator, *, baud: int, hertz: tuple[int, int], seconds: float) -> Pcm:
    bits = np.repeat(rng.integers(0, 2, round(seconds * baud)), RATE_HZ // baud)
    phase = np.cumsum(np.where(bits, hertz[0], hertz[1])) / RATE_HZ
    return _at(np.sin(2 * np.pi * phase), 2500)


def _scrambled(rng: np.random.Generator, *, seconds: float) -> Pcm:
    samples = round(seconds * RATE_HZ)
    phases = np.repeat(rng.integers(0, 8, samples // 4 + 1), 4)[:samples] * np.pi / 4
    return _at(np.cos(2 * np.pi * 1800 * np.arange(samples) / RATE_HZ + phases), 2500)


def _note(hertz: float, seconds: float, *, fall: float) -> NDArray[np.float64]:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * hertz * n * time) / n**1.5 for n in range(1, 7) if hertz * n < RATE_HZ / 2)
    return np.asarray(wave * _fading(len(time), 0.01, fall))


def _chords(rng: np.random.Generator, *, seconds: float) -> Pcm:
    pieces = []
    for _ in range(round(seconds)):
        root = 110 * 2 ** (rng.integers(0, 12) / 12)
        pieces.append(sum(_note(root * 2 ** (step / 12), 1.0, fall=0.8) for step in (0, rng.integers(3, 5), 7, 12)))
    return _at(np.concatenate(pieces), float(rng.uniform(600, 2500)))


def _melody(rng: np.random.Generator, *, seconds: float) -> Pcm:
    spans = rng.choice([0.2, 0.4], round(seconds / 0.3))
    return _at(np.concatenate([_note(220 * 2 ** (rng.integers(0, 24) / 12), span, fall=0.5) for span in spans]), 2000)


def _drums(rng: np.random.Generator, *, seconds: float, count: int = 8) -> Pcm:
    wave = np.zeros(round(seconds * RATE_HZ) + RATE_HZ)
    for at in np.linspace(0, seconds * 0.9, count):
        size, start = round(0.25 * RATE_HZ), round(at * RATE_HZ)
        body = np.sin(2 * np.pi * rng.uniform(60, 200) * np.arange(size) / RATE_HZ) + rng.standard_normal(size) * 0.4
        wave[start : start + size] += body * _fading(size, 0.002, 0.05)
    return _at(wave[: round(seconds * RATE_HZ)], 2000)


def _breath(rng: np.random.Generator) -> Pcm:
    puffs = []
    for _ in range(int(rng.integers(2, 4))):
        size = round(float(rng.uniform(0.4, 0.9)) * RATE_HZ)
        puffs += [_noise(size, rng, "pink") * np.hanning(size), np.zeros(round(0.5 * RATE_HZ))]
    return _at(np.concatenate(puffs), float(rng.uniform(200, 1500)))


def _swelling(sound: Pcm, rng: np.random.Generator) -> Pcm:
    knots = rng.uniform(0.1, 1.0, 12)
    swell = np.interp(np.linspace(0, 11, len(sound)), np.arange(12), knots)
    return np.asarray(sound * swell, dtype=np.int16)


def _bursts(rng: np.random.Generator, *, seconds: float) -> Pcm:
    wave = np.zeros(round(seconds * RATE_HZ))
    for at in rng.uniform(0, seconds - 0.4, 6):
        size, start = round(float(rng.uniform(0.05, 0.35)) * RATE_HZ), round(at * RATE_HZ)
        wave[start : start + size] += _noise(size, rng, "pink") * _fading(size, 0.01, 0.1)
    return _at(wave, float(rng.uniform(300, 2000)))


def _siren(rng: np.random.Generator, *, seconds: float) -> Pcm:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hertz = 900 + 350 * np.sin(2 * np.pi * float(rng.uniform(0.3, 3.0)) * time)
    return _at(np.sin(2 * np.pi * np.cumsum(hertz) / RATE_HZ), 2500)


def _glide(rng: np.random.Generator, *, seconds: float, level: float) -> Pcm:
    hertz = np.linspace(rng.uniform(900, 1400), rng.uniform(1800, 2400), round(seconds * RATE_HZ))
    return _at(np.sin(2 * np.pi * np.cumsum(hertz) / RATE_HZ), level)
