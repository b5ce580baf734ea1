using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Every width of lanes against double precision, over bit patterns spread across all of Float32.</summary>
public class Float32AccuracyTests
{
    private static readonly float[] Arguments = Spread(1 << 19);

    public static TheoryData<string> Functions => [.. Table.Keys];

    // Bounds in units in the last place; the formulas' own worst cases are a little below them.
    private static readonly Dictionary<string, Func<string, (double, float)>> Table = new()
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

    private static Func<string, (double, float)> Row<TOp>(TOp op, Func<double, double> exact, double bound) where TOp : unmanaged, IUnaryOp => width =>
    {
        var y = LaneLoop.Run(op, Arguments, width);
        (double worst, float at) = (0, 0);
        for (int i = 0; i < y.Length; i++)
        {
            double error = Ulp.Of(y[i], exact(Arguments[i]));
            if (error > worst) (worst, at) = (error, Arguments[i]);
        }
        Assert.True(worst <= bound, $"{op} on lanes of {width}: {worst:G4} ulp at {at:R}, the bound is {bound}.");
        return (worst, at);
    };

    private static float[] Spread(int count)
    {
        float[] special =
        [
            0f, -0f, 1f, -1f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.17549435e-38f,
            1.1754942e-38f, 1e-40f, float.MaxValue, float.MinValue, 88.72283f, 88.72284f, -87.33654f, -103.27893f, -103.97207f, -103.97208f, -104f, 0.55f, 0.92f, 9.5f, 4f,
        ];
        var x = new float[count + special.Length + 200];
        // An odd multiplier visits every pattern of the upper bits while the lower ones vary.
        for (int i = 0; i < count; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)i * (uint)((1UL << 32) / (ulong)count) + (uint)i * 40503u % 16384u);
        special.CopyTo(x, count);
        for (int i = 0; i < 200; i++) x[count + special.Length + i] = 1 + (i - 100) * 1.1920929e-7f;
        return x;
    }
}
