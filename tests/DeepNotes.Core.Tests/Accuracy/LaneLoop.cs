using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Runs a formula on one width of lanes, whatever width the kernels would choose.</summary>
internal static unsafe class LaneLoop
{
    public static readonly string[] Widths = ["128", "256", "512", "scalar"];

    public static float[] Run<TOp>(TOp op, float[] x, string width) where TOp : unmanaged, IUnaryOp => width switch
    {
        "128" => Unary<TOp, Simd128<float>, float>(op, x),
        "256" => Unary<TOp, Simd256<float>, float>(op, x),
        "512" => Unary<TOp, Simd512<float>, float>(op, x),
        _ => Unary<TOp, Number<float>, float>(op, x),
    };

    public static double[] Run<TOp>(TOp op, double[] x, string width) where TOp : unmanaged, IUnaryOp => width switch
    {
        "128" => Unary<TOp, Simd128<double>, double>(op, x),
        "256" => Unary<TOp, Simd256<double>, double>(op, x),
        "512" => Unary<TOp, Simd512<double>, double>(op, x),
        _ => Unary<TOp, Number<double>, double>(op, x),
    };

    public static float[] Run<TOp>(TOp op, float[] a, float[] b, string width) where TOp : unmanaged, IBinaryOp => width switch
    {
        "128" => Binary<TOp, Simd128<float>, float>(op, a, b),
        "256" => Binary<TOp, Simd256<float>, float>(op, a, b),
        "512" => Binary<TOp, Simd512<float>, float>(op, a, b),
        _ => Binary<TOp, Number<float>, float>(op, a, b),
    };

    public static double[] Run<TOp>(TOp op, double[] a, double[] b, string width) where TOp : unmanaged, IBinaryOp => width switch
    {
        "128" => Binary<TOp, Simd128<double>, double>(op, a, b),
        "256" => Binary<TOp, Simd256<double>, double>(op, a, b),
        "512" => Binary<TOp, Simd512<double>, double>(op, a, b),
        _ => Binary<TOp, Number<double>, double>(op, a, b),
    };

    private static T[] Unary<TOp, V, T>(TOp op, T[] x) where TOp : unmanaged, IUnaryOp where V : unmanaged, ISimdLane<V, T> where T : unmanaged
    {
        var padded = Padded<V, T>(x);
        var y = new T[padded.Length];
        fixed (T* source = padded, target = y)
        {
            for (int i = 0; i < y.Length; i += V.Count) V.Store(op.Apply(V.Load(source + i)), target + i);
        }
        return y[..x.Length];
    }

    private static T[] Binary<TOp, V, T>(TOp op, T[] a, T[] b) where TOp : unmanaged, IBinaryOp where V : unmanaged, ISimdLane<V, T> where T : unmanaged
    {
        T[] left = Padded<V, T>(a), right = Padded<V, T>(b);
        var y = new T[left.Length];
        fixed (T* p = left, q = right, target = y)
        {
            for (int i = 0; i < y.Length; i += V.Count) V.Store(op.Apply(V.Load(p + i), V.Load(q + i)), target + i);
        }
        return y[..a.Length];
    }

    private static T[] Padded<V, T>(T[] x) where V : unmanaged, ISimdLane<V, T> where T : unmanaged
    {
        var padded = new T[(x.Length + V.Count - 1) / V.Count * V.Count];
        x.CopyTo(padded, 0);
        return padded;
    }
}
