using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Zeros, infinities, NaN and subnormal numbers, where a sweep alone would not say which case failed.</summary>
public class SpecialValueTests
{
    private const float Infinity = float.PositiveInfinity, NaN = float.NaN, Tiny = float.Epsilon;

    public static TheoryData<string> Widths => [.. LaneLoop.Widths];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Unary_functions_of_special_values(string width)
    {
        float[] x = [0f, -0f, Infinity, -Infinity, NaN, Tiny, -Tiny];
        // Half of the smallest number is a tie: rounded once it is 0, and where a product is rounded before it is subtracted from the whole, the whole remains.
        bool roundsOnce = width != "scalar" && (Fma.IsSupported || Avx512F.IsSupported || AdvSimd.IsSupported);
        Check(new Exp(), [1, 1, Infinity, 0, NaN, 1, 1]);
        Check(new Log(), [-Infinity, -Infinity, Infinity, NaN, NaN, -103.27893f, NaN]);
        Check(new Sqrt(), [0, -0f, Infinity, NaN, NaN, 3.743392e-23f, NaN]);
        Check(new Tanh(), [0, -0f, 1, -1, NaN, Tiny, -Tiny]);
        Check(new Sigmoid(), [0.5f, 0.5f, 1, 0, NaN, 0.5f, 0.5f]);
        Check(new Erf(), [0, -0f, 1, -1, NaN, Tiny, -Tiny]);
        Check(new NormalCdf(), [0.5f, 0.5f, 1, 0, NaN, 0.5f, 0.5f]);
        Check(new Relu(), [0, -0f, Infinity, 0, NaN, Tiny, 0]);
        Check(new LeakyRelu(0.5), [0, -0f, Infinity, -Infinity, NaN, Tiny, -0f]);
        Check(new Abs(), [0, 0, Infinity, Infinity, NaN, Tiny, Tiny]);
        Check(new Negate(), [-0f, 0, -Infinity, Infinity, NaN, -Tiny, Tiny]);
        Check(new Clamp(-1, 2), [0, -0f, 2, -1, NaN, Tiny, -Tiny]);
        Check(new Gelu(), [0, -0f, Infinity, -0f, NaN, roundsOnce ? 0 : Tiny, -0f]);
        Check(new GeluTanh(), [0, -0f, Infinity, -0f, NaN, 0, -0f]);
        Check(new PowScalar(2.5), [0, 0, Infinity, Infinity, NaN, 0, NaN]);
        Check(new PowScalar(-3), [Infinity, -Infinity, 0, -0f, NaN, Infinity, -Infinity]);
        Check(new PowScalar(0), [1, 1, 1, 1, 1, 1, 1]);

        void Check<TOp>(TOp op, float[] expected) where TOp : unmanaged, IUnaryOp
        {
            var y = LaneLoop.Run(op, x, width);
            for (int i = 0; i < x.Length; i++) Same(expected[i], y[i], $"{op} of {x[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Pow_agrees_with_the_standard_on_every_pair_of_special_values(string width)
    {
        float[] values = [0f, -0f, 1f, -1f, Infinity, -Infinity, NaN, 0.5f, -0.5f, 2f, -2f, 3f, -3f, 2.5f, -2.5f, Tiny, -Tiny, float.MaxValue, float.MinValue, 16777216f, 16777215f];
        float[] a = [.. values.SelectMany(v => values.Select(_ => v))], b = [.. values.SelectMany(_ => values)];
        var y = LaneLoop.Run(new Pow(), a, b, width);
        for (int i = 0; i < y.Length; i++)
        {
            double exact = Math.Pow(a[i], b[i]);
            Assert.True(Ulp.Of(y[i], exact) <= 1.5, $"pow({a[i]:R}, {b[i]:R}) is {y[i]:R}, not {exact:R}.");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Comparisons_and_extremes_of_NaN(string width)
    {
        float[] a = [NaN, 1, NaN, 2, -0f], b = [1, NaN, NaN, 1, 0f];
        float[] larger = LaneLoop.Run(new Maximum(), a, b, width), smaller = LaneLoop.Run(new Minimum(), a, b, width);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(NaN, larger[i]);
            Assert.Equal(NaN, smaller[i]);
        }
        Assert.Equal((2f, 1f), (larger[3], smaller[3]));
    }

    private static void Same(float expected, float got, string what)
    {
        bool same = float.IsNaN(expected) ? float.IsNaN(got) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(got);
        Assert.True(same, $"{what} is {got:R}, not {expected:R}.");
    }
}
