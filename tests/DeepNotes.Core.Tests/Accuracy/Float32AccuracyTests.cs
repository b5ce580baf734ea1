using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Every width of lanes against double precision, over bit patterns spread across all of Float32.</summary>
public class Float32AccuracyTests
{
    private static readonly float[] Arguments = Spread(1 << 18);

    public static TheoryData<string> Functions => [.. Table.Keys];

    // Bounds in units in the last place (of 1, where the result is smaller and the row has that floor); the formulas' own worst cases are a little below them.
    private static readonly Dictionary<string, Action<string>> Table = new()
    {
        ["exp"] = Row(new Exp(), Math.Exp, 1.1),
        ["log"] = Row(new Log(), Math.Log, 1.1),
        ["tanh"] = Row(new Tanh(), Math.Tanh, 1.6),
        ["sigmoid"] = Row(new Sigmoid(), References.Sigmoid, 1.8),
        ["erf"] = Row(new Erf(), References.Erf, 1.5),
        ["sqrt"] = Row(new Sqrt(), Math.Sqrt, 0.5),
        ["normal cdf"] = Row(new NormalCdf(), References.NormalCdf, 7),
        ["square"] = Row(new Square(), x => x * x, 0.5),
        ["abs"] = Row(new Abs(), Math.Abs, 0),
        ["relu"] = Row(new Relu(), x => x > 0 || double.IsNaN(x) || x == 0 ? x : 0, 0),
        ["pow 2.5"] = Row(new PowScalar(2.5), x => Math.Pow(x, 2.5), 1.5),
        ["pow -3"] = Row(new PowScalar(-3), x => Math.Pow(x, -3), 1.5),
        ["pow 1/3"] = Row(new PowScalar(1.0 / 3), x => Math.Pow(x, (float)(1.0 / 3)), 1.5),
        ["log1p"] = Row(new Log1p(), References.Log1p, 2),
        ["log2"] = Row(new Log2(), Math.Log2, 2),
        ["log10"] = Row(new Log10(), Math.Log10, 2),
        ["expm1"] = Row(new Expm1(), References.Expm1, 2),
        ["exp2"] = Row(new Exp2(), x => Math.Pow(2, x), 2),
        ["rsqrt"] = Row(new Rsqrt(), x => 1 / Math.Sqrt(x), 2),
        ["erfc"] = Row(new Erfc(), References.Erfc, 6),
        ["erfinv"] = RowInDouble(new Erfinv(), 3),
        ["lgamma"] = RowInDouble(new Lgamma(), 13, floor: 1),
        ["digamma"] = RowInDouble(new Digamma(), 20, floor: 1),
        ["trigamma"] = RowInDouble(new Polygamma(1), 8),
        ["logit"] = RowInDouble(new Logit(), 3),
        ["sinc"] = Row(new Sinc(), References.Sinc, 3.5, 8192),
        ["sin"] = Row(new Sin(), Math.Sin, 2, 8192),
        ["cos"] = Row(new Cos(), Math.Cos, 2, 8192),
        ["tan"] = Row(new Tan(), Math.Tan, 4, 8192),
        ["asin"] = Row(new Asin(), Math.Asin, 2.5),
        ["acos"] = Row(new Acos(), Math.Acos, 2),
        ["atan"] = Row(new Atan(), Math.Atan, 2),
        ["sinh"] = Row(new Sinh(), Math.Sinh, 2),
        ["cosh"] = Row(new Cosh(), Math.Cosh, 2),
        ["asinh"] = Row(new Asinh(), Math.Asinh, 2),
        ["acosh"] = Row(new Acosh(), Math.Acosh, 2),
        ["atanh"] = Row(new Atanh(), Math.Atanh, 2),
        ["floor"] = Row(new Floor(), Math.Floor, 0),
        ["ceiling"] = Row(new Ceiling(), Math.Ceiling, 0),
        ["round"] = Row(new Round(), Math.Round, 0),
        ["truncate"] = Row(new Truncate(), Math.Truncate, 0),
        ["elu"] = Row(new Elu(1.5), x => x > 0 ? x : 1.5 * References.Expm1(x), 2),
        ["softplus"] = Row(new Softplus(1, 20), x => Math.Max(x, 0) + References.Log1p(Math.Exp(-Math.Abs(x))), 2),
        ["log sigmoid"] = Row(new LogSigmoid(), x => Math.Min(x, 0) - References.Log1p(Math.Exp(-Math.Abs(x))), 2),
        ["silu"] = Row(new Silu(), x => x < -1000 ? -0.0 : x * References.Sigmoid(x), 3, floor: 1e-36),
        ["mish"] = Row(new Mish(), x => x < -1000 ? -0.0 : x * Math.Tanh(References.Log1p(Math.Exp(x))), 4, floor: 1e-36),
        ["pow 101"] = Row(new PowScalar(101), x => Math.Pow(x, 101), 1.5),
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Stays_within_its_bound_on_every_lane(string function)
    {
        foreach (string width in LaneLoop.Widths) Table[function](width);
    }

    [Fact]
    public void Lanes_with_a_fused_multiply_add_agree_bit_for_bit()
    {
        float[] narrow = LaneLoop.Run(new Tanh(), Arguments, "128"), wide = LaneLoop.Run(new Tanh(), Arguments, "512");
        for (int i = 0; i < narrow.Length; i++)
        {
            Assert.True(BitConverter.SingleToInt32Bits(narrow[i]) == BitConverter.SingleToInt32Bits(wide[i]), $"tanh({Arguments[i]:R}) is {narrow[i]:R} on 128 bits and {wide[i]:R} on 512.");
        }
    }

    private static Action<string> Row<TOp>(TOp op, Func<double, double> exact, double bound, float limit = float.PositiveInfinity, double floor = 0) where TOp : unmanaged, IUnaryOp
        => Row(op, x => [.. x.Select(exact)], bound, limit, floor);

    // A function that .NET does not have, in Float64: Float64AccuracyTests holds that one to values of 60 digits.
    private static Action<string> RowInDouble<TOp>(TOp op, double bound, double floor = 0) where TOp : unmanaged, IUnaryOp
        => Row(op, x => LaneLoop.Run(op, x, "256"), bound, float.PositiveInfinity, floor);

    private static Action<string> Row<TOp>(TOp op, Func<double[], double[]> exact, double bound, float limit, double floor) where TOp : unmanaged, IUnaryOp
    {
        var expected = new Lazy<double[]>(() => exact([.. Arguments.Select(x => (double)x)]));
        return width =>
        {
            var y = LaneLoop.Run(op, Arguments, width);
            (double worst, float at) = (0, 0);
            for (int i = 0; i < y.Length; i++)
            {
                double error = Math.Abs(Arguments[i]) > limit ? 0 : Ulp.Of(y[i], expected.Value[i], floor);
                if (error > worst) (worst, at) = (error, Arguments[i]);
            }
            Assert.True(worst <= bound, $"{op} on lanes of {width}: {worst:G4} ulp at {at:R}, the bound is {bound}.");
        };
    }

    private static float[] Spread(int count)
    {
        float[] special =
        [
            0f, -0f, 1f, -1f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.17549435e-38f,
            1.1754942e-38f, 1e-40f, float.MaxValue, float.MinValue, 88.72283f, 88.72284f, -87.33654f, -103.27893f, -103.97207f, -103.97208f, -104f, 0.55f, 0.92f, 9.5f, 4f,
        ];
        // An odd multiplier visits every pattern of the upper bits while the lower ones vary.
        var patterns = Enumerable.Range(0, count).Select(i => BitConverter.UInt32BitsToSingle((uint)i * (uint)((1UL << 32) / (ulong)count) + (uint)i * 40503u % 16384u));
        var nearOne = Enumerable.Range(-100, 200).Select(i => 1 + i * 1.1920929e-7f);
        // Angles and exponents: bit patterns alone leave them thin.
        var random = new Random(7);
        var angles = Enumerable.Range(0, 1 << 16).Select(i => (float)((random.NextDouble() * 2 - 1) * (i % 2 == 0 ? 8192 : 8)));
        return [.. patterns, .. special, .. nearOne, .. angles];
    }
}
