using System.Numerics;
using System.Runtime.InteropServices;
using DeepNotes.Backends.Cpu;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Kernels;

[Collection(nameof(ThreadCount))]
public sealed unsafe class GemmTests
{
    private readonly record struct Twice : IUnaryOp
    {
        public Keep Keep => Keep.Nothing;
        public V Apply<V>(V x) where V : INumberLane<V> => x + x;
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g + g;
    }

    public static readonly (int M, int N, int K)[] Sizes =
    [
        (0, 5, 3), (5, 0, 3), (5, 7, 0), (1, 1, 0), (1, 40, 0), (40, 1, 0),
        (1, 1, 1), (1, 5, 3), (5, 1, 3), (2, 3, 4), (1, 16, 9), (1, 33, 17), (33, 1, 18), (1, 1100, 37), (1100, 1, 5), (1, 7, 300),
        (3, 5, 7), (6, 16, 8), (14, 32, 9), (13, 31, 10), (15, 33, 11), (7, 17, 4), (12, 48, 5), (28, 64, 16), (29, 65, 19),
        (31, 15, 403), (9, 100, 800), (70, 50, 33), (65, 130, 20), (100, 37, 301), (130, 70, 67), (200, 10, 40), (10, 600, 3),
    ];

    public static TheoryData<bool, bool> Transposes => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Transposes))]
    public void Products_of_any_size_match_the_definition_in_Float32(bool transposeA, bool transposeB) => AllSizes<float>(transposeA, transposeB, 1e-6);

    [Theory]
    [MemberData(nameof(Transposes))]
    public void Products_of_any_size_match_the_definition_in_Float64(bool transposeA, bool transposeB) => AllSizes<double>(transposeA, transposeB, 4e-15);

    private static void AllSizes<T>(bool transposeA, bool transposeB, double tolerance) where T : unmanaged, INumber<T>
    {
        foreach (var (m, n, k) in Sizes)
        {
            Check<T>(m, n, k, transposeA, transposeB, 0, 1, false, false, tolerance);
            Check<T>(m, n, k, transposeA, transposeB, 3, 1, true, true, tolerance);
        }
    }

    [Theory]
    [InlineData(1, 40, 30)]
    [InlineData(40, 1, 30)]
    [InlineData(29, 65, 19)]
    public void Strides_need_not_be_one(int m, int n, int k) => Check<float>(m, n, k, false, true, 5, 3, true, false, 1e-6);

    [Fact]
    public void A_product_longer_and_wider_than_the_cache_blocks_matches()
    {
        Check<float>(37, 1900, 900, false, false, 0, 1, true, true, 1e-6);
        Check<double>(80, 1030, 500, true, true, 0, 1, false, true, 4e-15);
    }

    private static void Check<T>(int m, int n, int k, bool transposeA, bool transposeB, int gap, int stride, bool accumulate, bool finish, double tolerance) where T : unmanaged, INumber<T>
    {
        var (a, aRow, aCol) = Matrix<T>(m, k, transposeA, gap, stride, 1);
        var (b, bRow, bCol) = Matrix<T>(k, n, transposeB, gap, stride, 2);
        int cRow = n + gap;
        T[] c = Numbers<T>(Math.Max(m * cRow, 1), 3), before = (T[])c.Clone(), bias = Numbers<T>(Math.Max(n, 1), 4);
        using (var pa = new Guarded<T>(a)) using (var pb = new Guarded<T>(b)) using (var pc = new Guarded<T>(c)) using (var pBias = new Guarded<T>(bias))
        {
            if (finish) Gemm.Multiply(m, n, k, pa.Start, aRow, aCol, pb.Start, bRow, bCol, pc.Start, cRow, accumulate, new BiasActivation<T, Twice>(pBias.Start, new Twice()));
            else Gemm.Multiply(m, n, k, pa.Start, aRow, aCol, pb.Start, bRow, bCol, pc.Start, cRow, accumulate, new NoEpilogue<T>());
            pc.CopyTo(c);
        }
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < cRow; j++)
            {
                double expected = double.CreateChecked(before[i * cRow + j]), size = 1;
                if (j < n)
                {
                    if (!accumulate) expected = 0;
                    for (int p = 0; p < k; p++) expected += double.CreateChecked(a[i * aRow + p * aCol]) * double.CreateChecked(b[p * bRow + j * bCol]);
                    if (finish) expected = 2 * (expected + double.CreateChecked(bias[j]));
                    size += Math.Sqrt(k);
                }
                double got = double.CreateChecked(c[i * cRow + j]);
                Assert.True(Math.Abs(got - expected) <= tolerance * size, $"{typeof(T).Name} {m}x{n}x{k} {transposeA} {transposeB}: C[{i}, {j}] is {got}, not {expected}.");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_bits_do_not_depend_on_the_thread_count(bool transpose)
    {
        foreach (var (m, n, k) in new[] { (150, 170, 130), (64, 256, 784), (64, 10, 2000), (1, 3000, 500), (600, 1, 700), (300, 1000, 450) })
        {
            // Four and six may cut rows and columns.
            float[] one = WithThreads(1);
            foreach (int threads in new[] { 2, 4, 5, 6 })
            {
                Assert.True(MemoryMarshal.AsBytes<float>(one).SequenceEqual(MemoryMarshal.AsBytes<float>(WithThreads(threads))), $"{m}x{n}x{k}, {threads} threads");
            }

            float[] WithThreads(int threads)
            {
                using var scope = ThreadCount.Of(threads);
                float[] a = Numbers<float>(m * k, 1), b = Numbers<float>(k * n, 2), bias = Numbers<float>(n, 3), c = Numbers<float>(m * n, 4);
                fixed (float* pa = a, pb = b, pBias = bias, pc = c)
                {
                    Gemm.Multiply(m, n, k, pa, k, 1, pb, transpose ? 1 : n, transpose ? k : 1, pc, n, true, new BiasActivation<float, LeakyRelu>(pBias, new LeakyRelu(0.1)));
                }
                return c;
            }
        }
    }

    [Theory]
    [InlineData(1, 30, 20, 10)]
    [InlineData(9, 30, 20, 10)]
    [InlineData(3, 150, 170, 130)]
    [InlineData(100, 3, 2, 4)]
    [InlineData(5, 0, 2, 4)]
    public void A_batch_is_its_products(int batch, int m, int n, int k)
    {
        using var scope = ThreadCount.Of(2);
        float[] a = Numbers<float>(batch * m * k + 1, 1), b = Numbers<float>(k * n, 2), bias = Numbers<float>(m + 1, 3), got = new float[batch * m * n + 1], expected = new float[batch * m * n + 1];
        fixed (float* pa = a, pb = b, pBias = bias, pGot = got, pExpected = expected)
        {
            Gemm.MultiplyBatch(batch, m, n, k, pa, m * k, k, 1, pb, 0, n, 1, pGot, m * n, n, false, new Bias<float>(pBias, perRow: true));
            for (int i = 0; i < batch; i++) Gemm.Multiply(m, n, k, pa + i * m * k, k, 1, pb, n, 1, pExpected + i * m * n, n, false, new Bias<float>(pBias, perRow: true));
        }
        Assert.Equal(expected, got);
    }

    [Fact]
    public void Infinity_and_NaN_pass_through()
    {
        float[] a = new float[20 * 20], b = new float[20 * 20], c = new float[20 * 20];
        a[3 * 20 + 4] = float.PositiveInfinity;
        b[4 * 20 + 5] = 1;
        a[7 * 20 + 7] = float.NaN;
        fixed (float* pa = a, pb = b, pc = c) Gemm.Multiply(20, 20, 20, pa, 20, 1, pb, 20, 1, pc, 20, false, new NoEpilogue<float>());
        Assert.Equal(float.PositiveInfinity, c[3 * 20 + 5]);
        Assert.True(float.IsNaN(c[3 * 20 + 6]));
        Assert.All(Enumerable.Range(0, 20), j => Assert.True(float.IsNaN(c[7 * 20 + j])));
        Assert.Equal(0, c[0]);
    }

    private static (T[] Data, int Row, int Column) Matrix<T>(int rows, int columns, bool transposed, int gap, int stride, int seed) where T : unmanaged, INumber<T> => transposed
        ? (Numbers<T>(Math.Max(1, (rows * stride + gap) * columns), seed), stride, rows * stride + gap)
        : (Numbers<T>(Math.Max(1, (columns * stride + gap) * rows), seed), columns * stride + gap, stride);

    private static T[] Numbers<T>(int count, int seed) where T : unmanaged, INumber<T>
    {
        var random = new Random(seed);
        var numbers = new T[count];
        for (int i = 0; i < count; i++) numbers[i] = T.CreateChecked(random.NextDouble() - 0.5);
        return numbers;
    }
}
