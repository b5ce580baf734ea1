using System.Numerics;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Kernels;

[Collection(nameof(ThreadCount))]
public sealed unsafe class PoolingTests
{
    // Planes, H, W, KH, KW, strides, paddings, dilations
    private static readonly Pool2dShape[] Shapes =
    [
        new(3, 4, 4, 2, 2, 2, 2, 0, 0, 1, 1), new(4, 10, 9, 2, 2, 2, 2, 0, 0, 1, 1), new(4, 12, 14, 2, 2, 2, 2, 0, 0, 1, 1), new(4, 16, 17, 2, 2, 2, 2, 0, 0, 1, 1), new(2, 7, 41, 2, 2, 2, 2, 0, 0, 1, 1), new(5, 24, 24, 2, 2, 2, 2, 0, 0, 1, 1), new(100, 50, 52, 2, 2, 2, 2, 0, 0, 1, 1),
        new(2, 9, 10, 3, 3, 2, 2, 1, 1, 1, 1), new(2, 9, 10, 3, 2, 1, 3, 1, 1, 2, 1), new(2, 11, 12, 3, 3, 2, 1, 1, 1, 3, 2), new(0, 4, 4, 2, 2, 2, 2, 0, 0, 1, 1), new(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Max_pooling_and_its_gradient_match_the_definition(int threads)
    {
        using var scope = ThreadCount.Of(threads);
        foreach (var shape in Shapes)
        {
            Check<float>(shape);
            Check<double>(shape);
        }
    }

    private static void Check<T>(Pool2dShape s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(1);
        int outputs = s.OutH * s.OutW;
        // Few different values, so that there are ties, and some NaN and infinities.
        T[] x = [.. Enumerable.Range(0, s.Planes * s.H * s.W).Select(_ => random.Next(40) switch { 0 => T.NaN, 1 => T.NegativeInfinity, int i => T.CreateChecked(i / 4 - 5) })];
        T[] gradient = [.. Enumerable.Range(0, s.Planes * outputs).Select(_ => T.CreateChecked(random.Next(-9, 9)))];
        T[] y = new T[gradient.Length], dx = new T[x.Length];
        long[] indices = new long[gradient.Length];
        using (var px = new Guarded<T>(x)) using (var pg = new Guarded<T>(gradient)) using (var py = new Guarded<T>(y)) using (var pdx = new Guarded<T>(dx)) using (var pi = new Guarded<long>(indices))
        {
            Pooling.Max(s, px.Start, py.Start, pi.Start);
            Pooling.MaxGradient(s, pg.Start, pi.Start, pdx.Start);
            py.CopyTo(y);
            pdx.CopyTo(dx);
            pi.CopyTo(indices);
        }

        T[] expectedDx = new T[x.Length];
        for (int plane = 0; plane < s.Planes; plane++)
        for (int row = 0; row < s.OutH; row++)
        for (int column = 0; column < s.OutW; column++)
        {
            int best = -1;
            for (int i = 0; i < s.KH; i++)
            for (int j = 0; j < s.KW; j++)
            {
                int h = row * s.StrideH - s.PadH + i * s.DilH, w = column * s.StrideW - s.PadW + j * s.DilW;
                if (h < 0 || h >= s.H || w < 0 || w >= s.W) continue;
                T value = x[(plane * s.H + h) * s.W + w];
                if (best < 0 || T.IsNaN(value) || value > x[plane * s.H * s.W + best]) best = h * s.W + w;
            }
            int to = plane * outputs + row * s.OutW + column;
            Assert.Equal(best, indices[to]);
            Assert.Equal(x[plane * s.H * s.W + best], y[to]);
            expectedDx[plane * s.H * s.W + best] += gradient[to];
        }
        Assert.Equal(expectedDx, dx);
    }
}
