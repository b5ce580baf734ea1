using System.Runtime.CompilerServices;

namespace DeepNotes.Training;

/// <summary>
/// Takes a point of the glyph's unit box to pixels: an elastic displacement (a cubic B-spline over a 5×5 grid of random
/// vectors), then scaling, shear, rotation and a shift. Only + − × ÷ √ are used, so the bits are the same on every machine.
/// </summary>
internal ref struct DigitWarp
{
    private const int Grid = 5;
    private GridOfVectors _dx, _dy;
    private readonly float _xx, _xy, _yx, _yy, _shiftX, _shiftY;

    [InlineArray(Grid * Grid)]
    private struct GridOfVectors
    {
        private float _first;
    }

    public DigitWarp(ref DigitRandom random)
    {
        float strength = random.Uniform(0.02f, 0.11f);
        for (int i = 0; i < Grid * Grid; i++)
        {
            _dx[i] = strength * random.Bell();
            _dy[i] = strength * random.Bell();
        }

        float height = random.Uniform(14f, 22f), width = height * random.Uniform(0.65f, 1.1f);
        float shear = random.Uniform(-0.35f, 0.2f);

        // A rotation by its tangent, which needs no sine: ±0.3 is ±17°.
        float tangent = random.Uniform(-0.3f, 0.3f), cosine = 1 / MathF.Sqrt(1 + tangent * tangent), sine = tangent * cosine;
        _xx = cosine * width;
        _xy = cosine * shear * height - sine * height;
        _yx = sine * width;
        _yy = sine * shear * height + cosine * height;
        float slack = (26 - height) * 0.35f;
        _shiftX = DigitPainter.Side / 2f + random.Uniform(-slack, slack);
        _shiftY = DigitPainter.Side / 2f + random.Uniform(-slack, slack);
    }

    public readonly (float X, float Y) Apply(float x, float y)
    {
        (x, y) = (x + Displacement(_dx, x, y), y + Displacement(_dy, x, y));
        x -= 0.5f;
        y -= 0.5f;
        return (_xx * x + _xy * y + _shiftX, _yx * x + _yy * y + _shiftY);
    }

    private static float Displacement(in GridOfVectors grid, float x, float y)
    {
        float u = Math.Clamp(x, 0f, 1f) * (Grid - 3), v = Math.Clamp(y, 0f, 1f) * (Grid - 3);
        int column = Math.Min((int)u, Grid - 4), row = Math.Min((int)v, Grid - 4);
        var (a0, a1, a2, a3) = Spline(u - column);
        var (b0, b1, b2, b3) = Spline(v - row);
        ReadOnlySpan<float> cells = grid;
        float sum = 0;
        ReadOnlySpan<float> weights = [b0, b1, b2, b3];
        for (int j = 0; j < 4; j++)
        {
            var line = cells.Slice((row + j) * Grid + column, 4);
            sum += weights[j] * (a0 * line[0] + a1 * line[1] + a2 * line[2] + a3 * line[3]);
        }
        return sum;
    }

    /// <summary>The four weights of a uniform cubic B-spline.</summary>
    private static (float, float, float, float) Spline(float t)
    {
        float s = 1 - t;
        float w0 = s * s * s / 6, w3 = t * t * t / 6;
        float w1 = (4 + t * t * (3 * t - 6)) / 6;
        return (w0, w1, 1 - w0 - w1 - w3, w3);
    }
}
