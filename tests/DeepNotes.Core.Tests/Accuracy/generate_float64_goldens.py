"""Writes float64-goldens.txt: values of the elementwise functions, computed with 60 digits and rounded to double.

Run with Python and mpmath: python3 generate_float64_goldens.py > float64-goldens.txt
A line is: function, its arguments, value; all numbers in the shortest form that reads back to the same double.
"""
import math
import random
import mpmath as mp

mp.mp.dps = 60
random.seed(20)


def reals(low, high, count):
    return [random.uniform(low, high) for _ in range(count)]


def magnitudes(low, high, count, signed=True):
    return [math.exp(random.uniform(math.log(low), math.log(high))) * (random.choice((-1, 1)) if signed else 1) for _ in range(count)]


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


TABLE = {
    "exp": (mp.exp, reals(-745, 709, 30) + magnitudes(1e-10, 5, 20)),
    "log": (mp.log, magnitudes(5e-324, 1e308, 30, False) + reals(0.5, 2, 30)),
    "tanh": (mp.tanh, magnitudes(1e-12, 25, 40) + reals(-1, 1, 20)),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), reals(-740, 40, 20) + reals(-5, 5, 30)),
    "erf": (mp.erf, magnitudes(1e-12, 7, 30) + reals(-3, 3, 30)),
    "normal cdf": (ndtr, reals(-37, 9, 30) + reals(-3, 3, 20)),
    "log1p": (mp.log1p, magnitudes(1e-18, 0.9, 30) + magnitudes(1, 1e300, 20, False)),
    "expm1": (mp.expm1, magnitudes(1e-18, 5, 30) + reals(-50, 709, 20)),
    "log2": (lambda x: mp.log(x, 2), magnitudes(5e-324, 1e308, 30, False) + reals(0.5, 2, 30)),
    "log10": (lambda x: mp.log(x, 10), magnitudes(5e-324, 1e308, 30, False) + reals(0.5, 2, 30)),
    "exp2": (lambda x: mp.power(2, x), reals(-1070, 1023, 30) + magnitudes(1e-10, 5, 20)),
    "erfc": (mp.erfc, reals(-6, 26, 40) + magnitudes(1e-12, 3, 20)),
    "erfinv": (mp.erfinv, reals(-1, 1, 40) + magnitudes(1e-12, 0.1, 10) + [math.copysign(1 - 10.0 ** -k, (-1) ** k) for k in range(1, 15)]),
    "lgamma": (mp.loggamma, magnitudes(1e-10, 1e10, 30, False) + reals(0.5, 4, 30)),
    "digamma": (mp.digamma, magnitudes(1e-10, 1e10, 30, False) + reals(1, 6, 20)),
    "sin": (mp.sin, reals(-8192, 8192, 40) + magnitudes(1e-10, 10, 30)),
    "cos": (mp.cos, reals(-8192, 8192, 40) + magnitudes(1e-10, 10, 30)),
    "tan": (mp.tan, reals(-8192, 8192, 40) + magnitudes(1e-10, 10, 30)),
    "asin": (mp.asin, reals(-1, 1, 40) + magnitudes(1e-10, 1, 10)),
    "acos": (mp.acos, reals(-1, 1, 40) + magnitudes(1e-10, 1, 10)),
    "atan": (mp.atan, magnitudes(1e-10, 1e10, 50)),
    "sinh": (mp.sinh, magnitudes(1e-10, 710, 50)),
    "cosh": (mp.cosh, magnitudes(1e-10, 710, 50)),
    "asinh": (mp.asinh, magnitudes(1e-10, 1e300, 50)),
    "acosh": (mp.acosh, [1 + x for x in magnitudes(1e-10, 1e10, 40, False)] + magnitudes(2, 1e300, 20, False)),
    "atanh": (mp.atanh, reals(-1, 1, 30) + magnitudes(1e-10, 0.5, 20)),
    "logit": (lambda x: mp.log(mp.mpf(x) / (1 - mp.mpf(x))), reals(0, 1, 30) + reals(0.4999, 0.5001, 10) + magnitudes(1e-300, 0.1, 10, False)),
    "sinc": (lambda x: mp.sinpi(x) / (mp.pi * x), reals(-5, 5, 30) + reals(-500, 500, 10) + magnitudes(1e-12, 1, 10)),
}

for name, (f, arguments) in TABLE.items():
    for x in arguments:
        if x == 0 or x == 1 and name == "atanh":
            continue
        y = f(mp.mpf(x))
        value = float(mp.re(y)) if abs(y) > mp.mpf("1e-300") else float(mp.nstr(mp.re(y), 40))
        print(f"{name}\t{x!r}\t{value!r}")
for _ in range(60):
    a = math.exp(random.uniform(-300, 300))
    b = random.uniform(-700, 700) / math.log(a)
    print(f"pow\t{a!r}\t{b!r}\t{float(mp.power(mp.mpf(a), mp.mpf(b)))!r}")
for _ in range(40):
    a = random.uniform(0.5, 2)
    b = random.uniform(-700, 700)
    print(f"pow\t{a!r}\t{b!r}\t{float(mp.power(mp.mpf(a), mp.mpf(b)))!r}")
