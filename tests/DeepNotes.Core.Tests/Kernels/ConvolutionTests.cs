using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepNotes.Backends.Cpu;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Kernels;

[Collection(nameof(ThreadCount))]
public sealed unsafe class ConvolutionTests
{
    private readonly record struct Twice : IUnaryOp
    {
        public Keep Keep => Keep.Nothing;
        public V Apply<V>(V x) where V : INumberLane<V> => x + x;
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g + g;
    }

    // N, C, H, W, OutC, KH, KW, strides, paddings, dilations, groups
    private static readonly Conv2dShape[] Shapes =
    [
        new(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1),
        new(2, 3, 5, 5, 4, 3, 3, 1, 1, 0, 0, 1, 1, 1),
        new(2, 3, 5, 7, 4, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        new(3, 2, 9, 8, 3, 3, 2, 2, 2, 1, 0, 1, 1, 1),
        new(1, 2, 11, 13, 3, 3, 3, 2, 3, 2, 1, 1, 2, 1),
        new(2, 4, 10, 9, 6, 3, 3, 1, 1, 2, 2, 2, 2, 2),
        new(2, 6, 7, 7, 6, 3, 3, 1, 1, 1, 1, 1, 1, 6),
        new(2, 4, 8, 8, 8, 3, 3, 2, 2, 1, 1, 1, 1, 4),
        new(2, 5, 6, 7, 9, 1, 1, 1, 1, 0, 0, 1, 1, 1),
        new(2, 4, 6, 7, 6, 1, 1, 1, 1, 0, 0, 1, 1, 2),
        new(2, 3, 9, 9, 5, 1, 1, 2, 2, 0, 0, 1, 1, 1),
        new(1, 3, 9, 10, 5, 2, 2, 3, 4, 1, 1, 1, 1, 1),
        new(2, 3, 4, 4, 5, 2, 2, 1, 1, 3, 3, 1, 1, 1),
        new(1, 1, 4, 4, 2, 4, 4, 4, 4, 0, 0, 1, 1, 1),
        new(1, 2, 3, 40, 3, 1, 5, 1, 1, 0, 2, 1, 1, 1),
        new(1, 2, 40, 3, 3, 5, 1, 1, 2, 2, 0, 3, 1, 1),
        new(70, 1, 12, 12, 6, 5, 5, 1, 1, 0, 0, 1, 1, 1),
        new(3, 16, 20, 37, 20, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        new(2, 33, 15, 14, 40, 3, 3, 2, 2, 1, 1, 1, 1, 1),
        new(1, 3, 64, 64, 8, 7, 7, 2, 2, 3, 3, 1, 1, 1),
        new(5, 8, 7, 7, 10, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        new(7, 16, 14, 14, 12, 3, 3, 2, 2, 1, 1, 1, 1, 2),
        new(30, 64, 6, 5, 40, 1, 1, 1, 1, 0, 0, 1, 1, 1),
        new(3, 128, 6, 5, 64, 1, 1, 1, 1, 0, 0, 1, 1, 2),
        new(0, 3, 5, 5, 4, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        // A channel by itself.
        new(3, 5, 19, 37, 5, 3, 3, 1, 1, 1, 1, 1, 1, 5),
        new(2, 3, 17, 40, 6, 5, 3, 2, 2, 2, 1, 1, 1, 3),
        new(2, 3, 23, 21, 9, 2, 3, 3, 2, 0, 2, 2, 3, 3),
        new(1, 4, 4, 4, 4, 2, 2, 1, 1, 3, 3, 1, 1, 4),
        new(2, 2, 33, 70, 2, 7, 7, 1, 1, 3, 3, 1, 1, 2),
        new(9, 1, 16, 16, 1, 2, 2, 2, 2, 0, 0, 1, 1, 1),
        new(2, 1, 9, 8, 1, 3, 2, 1, 3, 1, 0, 1, 1, 1),
        new(0, 4, 5, 5, 4, 3, 3, 1, 1, 1, 1, 1, 1, 4),
        // Three by three, many channels: odd sizes, each padding, blocks that end inside a row and inside an image, channels that fill no tile.
        new(1, 32, 6, 6, 32, 3, 3, 1, 1, 0, 0, 1, 1, 1),
        new(1, 32, 16, 17, 32, 3, 3, 1, 1, 0, 0, 1, 1, 1),
        new(1, 33, 13, 17, 37, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        new(3, 40, 5, 8, 45, 3, 3, 1, 1, 2, 2, 1, 1, 1),
        new(3, 35, 13, 6, 47, 3, 3, 1, 1, 0, 2, 1, 1, 1),
        new(2, 48, 4, 43, 33, 3, 3, 1, 1, 1, 0, 1, 1, 1),
        new(1, 64, 4, 150, 43, 3, 3, 1, 1, 2, 1, 1, 1, 1),
        new(9, 70, 8, 8, 57, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        new(1, 260, 13, 15, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
        new(0, 32, 6, 6, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
    ];

    [Fact]
    public void Convolutions_match_the_definition_in_Float32()
    {
        foreach (var shape in Shapes) Check<float>(shape, 2e-6);
    }

    [Fact]
    public void Convolutions_match_the_definition_in_Float64()
    {
        foreach (var shape in Shapes) Check<double>(shape, 4e-15);
    }

    private static void Check<T>(Conv2dShape s, double tolerance) where T : unmanaged, INumber<T>
    {
        T[] x = Numbers<T>(s.N * s.C * s.H * s.W, 1), w = Numbers<T>(s.OutC * s.Window, 2), bias = Numbers<T>(s.OutC, 3), gradient = Numbers<T>(s.N * s.OutC * s.OutH * s.OutW, 4);
        double[] y = new double[gradient.Length], ySize = new double[gradient.Length], dx = new double[x.Length], dw = new double[w.Length];
        Naive(s, x, w, gradient, y, dx, dw);
        double[] plain = [.. y];
        for (int i = 0; i < y.Length; i++) y[i] += double.CreateChecked(bias[i / (s.OutH * s.OutW) % s.OutC]);

        T[] gotY = new T[y.Length], gotPlain = new T[y.Length], gotTwice = new T[y.Length], gotDx = new T[x.Length], gotDw = new T[w.Length];
        using (var px = new Guarded<T>(x)) using (var pw = new Guarded<T>(w)) using (var pBias = new Guarded<T>(bias)) using (var pg = new Guarded<T>(gradient))
        using (var py = new Guarded<T>(gotY)) using (var pdx = new Guarded<T>(gotDx)) using (var pdw = new Guarded<T>(gotDw))
        {
            Convolution.Forward(s, px.Start, pw.Start, (T*)null, py.Start);
            py.CopyTo(gotPlain);
            Convolution.Forward(s, px.Start, pw.Start, py.Start, new BiasActivation<T, Twice>(pBias.Start, new Twice(), perRow: true));
            py.CopyTo(gotTwice);
            Convolution.Forward(s, px.Start, pw.Start, pBias.Start, py.Start);
            py.CopyTo(gotY);
            Convolution.InputGradient(s, pg.Start, pw.Start, pdx.Start);
            pdx.CopyTo(gotDx);
            Convolution.WeightGradient(s, px.Start, pg.Start, pdw.Start);
            pdw.CopyTo(gotDw);
        }
        Same("y", plain, gotPlain, s.Window);
        Same("y + bias", y, gotY, s.Window);
        Same("twice (y + bias)", [.. y.Select(v => 2 * v)], gotTwice, 4 * s.Window);
        Same("input gradient", dx, gotDx, s.GroupOutC * s.KH * s.KW);
        Same("weight gradient", dw, gotDw, s.N * s.OutH * s.OutW);

        void Same(string what, double[] expected, T[] got, int terms)
        {
            for (int i = 0; i < expected.Length; i++)
            {
                double number = double.CreateChecked(got[i]);
                Assert.True(Math.Abs(number - expected[i]) <= tolerance * (1 + Math.Sqrt(terms)), $"{typeof(T).Name} {s}: {what}[{i}] is {number}, not {expected[i]}.");
            }
        }
    }

    private static void Naive<T>(Conv2dShape s, T[] x, T[] w, T[] gradient, double[] y, double[] dx, double[] dw) where T : unmanaged, INumber<T>
    {
        for (int n = 0; n < s.N; n++)
        for (int o = 0; o < s.OutC; o++)
        for (int oh = 0; oh < s.OutH; oh++)
        for (int ow = 0; ow < s.OutW; ow++)
        {
            int to = ((n * s.OutC + o) * s.OutH + oh) * s.OutW + ow, group = o / s.GroupOutC;
            double g = double.CreateChecked(gradient[to]), sum = 0;
            for (int c = 0; c < s.GroupC; c++)
            for (int i = 0; i < s.KH; i++)
            for (int j = 0; j < s.KW; j++)
            {
                int h = oh * s.StrideH - s.PadH + i * s.DilH, v = ow * s.StrideW - s.PadW + j * s.DilW;
                if (h < 0 || h >= s.H || v < 0 || v >= s.W) continue;
                int ix = ((n * s.C + group * s.GroupC + c) * s.H + h) * s.W + v, iw = ((o * s.GroupC + c) * s.KH + i) * s.KW + j;
                sum += double.CreateChecked(x[ix]) * double.CreateChecked(w[iw]);
                dx[ix] += g * double.CreateChecked(w[iw]);
                dw[iw] += g * double.CreateChecked(x[ix]);
            }
            y[to] = sum;
        }
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_thread_count()
    {
        Conv2dShape[] shapes = [new(2, 32, 30, 30, 48, 3, 3, 1, 1, 1, 1, 1, 1, 1), new(40, 3, 14, 14, 6, 5, 5, 1, 1, 0, 0, 1, 1, 1), new(3, 32, 25, 25, 64, 3, 3, 2, 2, 1, 1, 1, 1, 2), new(1, 64, 14, 14, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1), new(5, 128, 7, 7, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1)];
        foreach (var s in shapes)
        {
            float[] x = Numbers<float>(s.N * s.C * s.H * s.W, 1), w = Numbers<float>(s.OutC * s.Window, 2), gradient = Numbers<float>(s.N * s.OutC * s.OutH * s.OutW, 4);
            var one = With(1);
            foreach (int threads in new[] { 2, 5 })
            {
                var more = With(threads);
                Assert.True(MemoryMarshal.AsBytes<float>(one.Y).SequenceEqual(MemoryMarshal.AsBytes<float>(more.Y)), $"{s}: y with {threads} threads");
                Assert.True(MemoryMarshal.AsBytes<float>(one.Dx).SequenceEqual(MemoryMarshal.AsBytes<float>(more.Dx)), $"{s}: input gradient with {threads} threads");
                Assert.True(MemoryMarshal.AsBytes<float>(one.Dw).SequenceEqual(MemoryMarshal.AsBytes<float>(more.Dw)), $"{s}: weight gradient with {threads} threads");
            }

            (float[] Y, float[] Dx, float[] Dw) With(int threads)
            {
                using var scope = ThreadCount.Of(threads);
                float[] y = new float[gradient.Length], dx = new float[x.Length], dw = new float[w.Length];
                fixed (float* px = x, pw = w, pg = gradient, py = y, pdx = dx, pdw = dw)
                {
                    Convolution.Forward(s, px, pw, (float*)null, py);
                    Convolution.InputGradient(s, pg, pw, pdx);
                    Convolution.WeightGradient(s, px, pg, pdw);
                }
                return (y, dx, dw);
            }
        }
    }

    [Fact]
    public void Weights_that_never_change_are_prepared_once_and_give_the_same_bits()
    {
        Tensor x = Tensor.From(Numbers<float>(2 * 33 * 11 * 10, 1)).Reshape([2, 33, 11, 10]), w = Tensor.From(Numbers<float>(40 * 33 * 9, 2)).Reshape([40, 33, 3, 3]), bias = Tensor.From(Numbers<float>(40, 3));
        float[] expected = x.Conv2d(w, bias, padding: (1, 1)).ToArray<float>();
        Assert.Null(w.Storage.Packed);
        w.Storage.IsConstant = true;
        Assert.Equal(expected, x.Conv2d(w, bias, padding: (1, 1)).ToArray<float>());
        Tensor? packed = w.Storage.Packed;
        if (!Vector256.IsHardwareAccelerated)
        {
            Assert.Null(packed);
            return;
        }
        Assert.NotNull(packed);
        Assert.Equal(expected, x.Conv2d(w, bias, padding: (1, 1)).ToArray<float>());
        Assert.Same(packed, w.Storage.Packed);
        // The same numbers as a matrix have another form, which is not kept beside the first.
        Tensor row = Tensor.From(Numbers<float>(40, 4)).Reshape([1, 40]), matrix = w.Reshape([40, 297]);
        Assert.Equal(row.MatMul(matrix.Clone()).ToArray<float>(), row.MatMul(matrix).ToArray<float>());
        Assert.Null(PackedWeight.Of(matrix));
    }

    /// <summary>Float64 takes the definition where Float32 takes fewer multiplications.</summary>
    [Theory, InlineData(1, 17, 15, 0), InlineData(3, 8, 9, 1), InlineData(4, 5, 6, 2)]
    public void Gradients_and_their_gradients_agree_between_Float32_and_Float64(int images, int height, int width, int padding)
    {
        float[] x = Numbers<float>(images * 34 * height * width, 1), w = Numbers<float>(37 * 34 * 9, 2);
        double[][] single = All(DType.Float32), wide = All(DType.Float64);
        for (int i = 0; i < wide.Length; i++)
        {
            double size = Math.Sqrt(wide[i].Average(v => v * v));
            for (int j = 0; j < wide[i].Length; j++) Assert.True(Math.Abs(single[i][j] - wide[i][j]) <= 2e-5 * size, $"result {i}, element {j}: {single[i][j]}, not {wide[i][j]}");
        }

        double[][] All(DType type)
        {
            Tensor a = Tensor.From(x).Reshape([images, 34, height, width]).To(type), b = Tensor.From(w).Reshape([37, 34, 3, 3]).To(type);
            a.RequiresGrad = b.RequiresGrad = true;
            Tensor y = a.Conv2d(b, padding: (padding, padding));
            Tensor[] first = Grad.Of((y * y).Sum(), [a, b], createGraph: true);
            Tensor[] second = Grad.Of((first[0] * first[0]).Sum() + (first[1] * first[1]).Sum(), [a, b]);
            return [.. new[] { y, first[0], first[1], second[0], second[1] }.Select(t => t.Detach().To(DType.Float64).ToArray<double>())];
        }
    }

    private static T[] Numbers<T>(int count, int seed) where T : unmanaged, INumber<T>
    {
        var random = new Random(seed);
        var numbers = new T[count];
        for (int i = 0; i < count; i++) numbers[i] = T.CreateChecked(random.NextDouble() - 0.5);
        return numbers;
    }
}
