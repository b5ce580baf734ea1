using System.Runtime.InteropServices;
using DeepNotes.Backends.Cpu;
using DeepNotes.Core.Tests.Kernels;

namespace DeepNotes.Core.Tests.OpTable;

/// <summary>Products with matrices of 8 and 16 bits, here so that they, too, run in every mode.</summary>
[Collection(nameof(ThreadCount))]
public sealed unsafe class NarrowLinearTests
{
    // Few rows stream the matrix, more of them pack it: sizes on both sides, around lanes, groups of lines and blocks.
    private static readonly (int M, int N, int K)[] Sizes =
    [
        (0, 5, 3), (3, 0, 4), (4, 6, 0), (20, 6, 0), (1, 1, 1), (1, 5, 3), (1, 4, 16), (1, 7, 33), (1, 1030, 47), (2, 9, 31), (3, 6, 64), (4, 13, 40), (5, 13, 40), (10, 5, 100),
        (11, 5, 100), (13, 31, 10), (16, 9, 50), (17, 9, 50), (30, 33, 17), (29, 65, 403), (64, 40, 3), (1, 600, 500),
    ];

    public static TheoryData<DType> Types => [DType.Int8, DType.BFloat16, DType.Float16];

    [Theory]
    [MemberData(nameof(Types))]
    public void Products_of_any_size_match_the_definition(DType type)
    {
        foreach (var (m, n, k) in Sizes)
        {
            var rng = new Rng((ulong)(m + 100 * n + 10000 * k));
            Tensor x = Tensor.Randn([m, k], rng: rng), bias = Tensor.Randn([n], rng: rng);
            Tensor weight = Matrix(n, k, type, rng), scale = Tensor.Rand([n], rng: rng) + 0.5;
            Check(x, weight, scale, bias);
            if (type == DType.Int8) continue;
            Check(x, weight, null, null);
            Check(x, weight, null, bias);
            Check(x, weight, scale, null);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Views_batches_vectors_and_16_bit_inputs(DType type)
    {
        var rng = new Rng(7);
        Tensor weight = Matrix(24, 20, type, rng), scale = Tensor.Rand([12], rng: rng);
        Tensor some = weight.Slice(0, 0, 24, 2).Slice(1, 1, 19), x = Tensor.Randn([18, 5, 3], rng: rng).Transpose(0, 2);
        Assert.False(some.IsContiguous || x.IsContiguous);
        Check(x, some, scale, null);
        Check(Tensor.Randn([18], rng: rng), some, scale, Tensor.Randn([12], rng: rng).To(DType.BFloat16));

        Tensor half = Tensor.Randn([4, 18], rng: rng).To(DType.BFloat16), y = half.NarrowLinear(some, scale, null);
        Assert.Equal(half.To(DType.Float32).NarrowLinear(some, scale, null).To(DType.BFloat16).ToArray<BFloat16>(), y.ToArray<BFloat16>());
    }

    [Fact]
    public void Nothing_beyond_the_operands_is_read_or_written()
    {
        foreach (var (m, n, k) in Sizes)
        {
            if (m * n == 0) continue;
            Guard(m, n, k, i => (sbyte)(i * 37 % 255 - 127), w => w);
            Guard(m, n, k, i => BFloat16Of(i % 17 - 8), w => (double)w);
            Guard(m, n, k, i => (Half)(i % 17 - 8), w => (double)w);
        }

        static BFloat16 BFloat16Of(int i) => Tensor.From([(float)i]).To(DType.BFloat16).Item<BFloat16>();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void The_bits_do_not_depend_on_the_thread_count(int rows)
    {
        var rng = new Rng(3);
        Tensor x = Tensor.Randn([rows, 300], rng: rng), weight = Matrix(900, 300, DType.Int8, rng), scale = Tensor.Rand([900], rng: rng);
        float[] one = With(1), two = With(2), five = With(5);
        Assert.True(MemoryMarshal.AsBytes<float>(one).SequenceEqual(MemoryMarshal.AsBytes<float>(two)), "2 threads");
        Assert.True(MemoryMarshal.AsBytes<float>(one).SequenceEqual(MemoryMarshal.AsBytes<float>(five)), "5 threads");

        float[] With(int threads)
        {
            using (ThreadCount.Of(threads)) return x.NarrowLinear(weight, scale, null).ToArray<float>();
        }
    }

    [Fact]
    public void Wrong_arguments_and_gradients_are_refused_with_a_sentence()
    {
        Tensor x = Tensor.Ones([2, 4]), weight = Tensor.Ones([3, 4], DType.Int8), scale = Tensor.Ones([3]);
        Assert.Contains("takes inputs […, 4]; the input is [2, 5]", Assert.Throws<ShapeException>(() => Tensor.Ones([2, 5]).NarrowLinear(weight, scale, null)).Message, StringComparison.Ordinal);
        Assert.Contains("the scale must be [3]; it is [4]", Assert.Throws<ShapeException>(() => x.NarrowLinear(weight, Tensor.Ones([4]), null)).Message, StringComparison.Ordinal);
        Assert.Contains("the bias must be [3]; it is [1, 3]", Assert.Throws<ShapeException>(() => x.NarrowLinear(weight, scale, Tensor.Ones([1, 3]))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => x.NarrowLinear(Tensor.Ones([4], DType.Int8), scale, null));
        Assert.Contains("wants a scale of Float32; there is none", Assert.Throws<DTypeException>(() => x.NarrowLinear(weight, null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("it is Float64", Assert.Throws<DTypeException>(() => x.NarrowLinear(weight, scale.To(DType.Float64), null)).Message, StringComparison.Ordinal);
        Assert.Contains("this one is Float64", Assert.Throws<DTypeException>(() => x.To(DType.Float64).NarrowLinear(weight, scale, null)).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => x.NarrowLinear(weight, scale, Tensor.Ones([3], DType.Float64)));
        Assert.Throws<DTypeException>(() => x.NarrowLinear(Tensor.Ones([3, 4]), null, null));

        x.RequiresGrad = true;
        Assert.Contains("hands on no gradient", Assert.Throws<NotSupportedException>(() => x.NarrowLinear(weight, scale, null)).Message, StringComparison.Ordinal);
        using (Grad.Off()) Assert.False(x.NarrowLinear(weight, scale, null).RequiresGrad);
    }

    private static Tensor Matrix(int n, int k, DType type, Rng rng) =>
        type == DType.Int8 ? Tensor.RandInt(-128, 128, [n, k], rng: rng).To(DType.Int8) : Tensor.Randn([n, k], rng: rng).To(type);

    /// <summary>Against the product in Float64.</summary>
    private static void Check(Tensor x, Tensor weight, Tensor? scale, Tensor? bias)
    {
        Tensor y = x.NarrowLinear(weight, scale, bias);
        Tensor wide = weight.To(DType.Float64) * (scale?.To(DType.Float64).Unsqueeze(1) ?? 1);
        Tensor left = x.To(DType.Float64), expected = left.MatMul(wide.Mt) + (bias?.To(DType.Float64) ?? 0);
        Tensor size = left.Abs().MatMul(wide.Abs().Mt) + (bias?.To(DType.Float64).Abs() ?? 0);
        Assert.Equal(expected.Shape, y.Shape);
        Assert.Equal(DType.Float32, y.DType);
        double[] got = y.To(DType.Float64).ToArray<double>(), want = expected.ToArray<double>(), scales = size.ToArray<double>();
        for (int i = 0; i < got.Length; i++)
            Assert.True(Math.Abs(got[i] - want[i]) <= 1e-6 * scales[i], $"{weight.DType} {x.Shape} {weight.Shape}: number {i} is {got[i]}, not {want[i]}.");
    }

    private static void Guard<T>(int m, int n, int k, Func<int, T> weight, Func<T, double> number) where T : unmanaged
    {
        float[] x = [.. Enumerable.Range(0, m * k).Select(i => i % 13 - 6f)], y = new float[m * n];
        T[] w = [.. Enumerable.Range(0, n * k).Select(weight)];
        foreach (bool packed in new[] { false, true })
        {
            using (var px = new Guarded<float>(x)) using (var pw = new Guarded<T>(w)) using (var py = new Guarded<float>(y))
            {
                if (packed) Gemm.Multiply(m, n, k, new StridedPanels<float>(px.Start, k, 1), new NarrowPanels<T>(pw.Start, k), py.Start, n, false, default(NoEpilogue<float>));
                else NarrowRows<T>.Multiply(new() { X = px.Start, Weight = pw.Start, Y = py.Start, Rows = m, Lines = n, Length = k });
                py.CopyTo(y);
            }
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    // Small whole numbers: every order of the sum is exact.
                    double sum = 0;
                    for (int p = 0; p < k; p++) sum += x[i * k + p] * number(w[j * k + p]);
                    Assert.Equal(sum, y[i * n + j]);
                }
            }
        }
    }
}
