using DeepNotes.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Lanes;

/// <summary>The Int64 number of one GPU thread; what only floating-point formulas use returns its argument.</summary>
internal readonly struct ThreadInt64(long value) : IThreadLane<ThreadInt64, long>
{
    private readonly long value = value;

    public static bool IsDouble => false;

    public static bool IsInteger => true;

    public static ThreadInt64 Load(long value) => new(value);
    public static long Store(ThreadInt64 x) => x.value;
    public static byte Bit(ThreadInt64 mask) => (byte)(mask.value != 0 ? 1 : 0);
    public static ThreadInt64 Const(double c) => new((long)c);
    public static ThreadInt64 Const(double single, double wide) => new((long)single);
    public static double ToDouble(ThreadInt64 x) => x.value;
    public static long ToInt64(ThreadInt64 x) => x.value;
    public static ThreadInt64 FromDouble(double value) => new((long)value);
    public static ThreadInt64 FromInt64(long value) => new(value);

    public static ThreadInt64 operator +(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value + b.value));
    public static ThreadInt64 operator -(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value - b.value));
    public static ThreadInt64 operator *(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value * b.value));
    public static ThreadInt64 operator /(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value / b.value));
    public static ThreadInt64 operator -(ThreadInt64 a) => new((long)(-a.value));
    public static ThreadInt64 operator <(ThreadInt64 a, ThreadInt64 b) => Mask(a.value < b.value);
    public static ThreadInt64 operator >(ThreadInt64 a, ThreadInt64 b) => Mask(a.value > b.value);
    public static ThreadInt64 operator <=(ThreadInt64 a, ThreadInt64 b) => Mask(a.value <= b.value);
    public static ThreadInt64 operator >=(ThreadInt64 a, ThreadInt64 b) => Mask(a.value >= b.value);
    public static ThreadInt64 Equal(ThreadInt64 a, ThreadInt64 b) => Mask(a.value == b.value);
    public static ThreadInt64 Where(ThreadInt64 mask, ThreadInt64 a, ThreadInt64 b) => mask.value != 0 ? a : b;
    public static ThreadInt64 Min(ThreadInt64 a, ThreadInt64 b) => new(IntrinsicMath.Min(a.value, b.value));
    public static ThreadInt64 Max(ThreadInt64 a, ThreadInt64 b) => new(IntrinsicMath.Max(a.value, b.value));
    public static ThreadInt64 MinNative(ThreadInt64 a, ThreadInt64 b) => Min(a, b);
    public static ThreadInt64 MaxNative(ThreadInt64 a, ThreadInt64 b) => Max(a, b);
    public static ThreadInt64 Abs(ThreadInt64 x) => x.value < 0 ? -x : x;
    public static ThreadInt64 Sqrt(ThreadInt64 x) => x;
    public static ThreadInt64 Call<TOp>(TOp op, ThreadInt64 x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    public static ThreadInt64 Call<TOp>(TOp op, ThreadInt64 a, ThreadInt64 b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);
    public static ThreadInt64 Choose<TSingle, TDouble>(ThreadInt64 x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece => default(TSingle).Of(x);

    public static ThreadInt64 Fma(ThreadInt64 a, ThreadInt64 b, ThreadInt64 c) => a * b + c;
    public static ThreadInt64 ProductError(ThreadInt64 a, ThreadInt64 b, ThreadInt64 product) => a * b - product;
    public static ThreadInt64 Round(ThreadInt64 x) => x;
    public static ThreadInt64 Floor(ThreadInt64 x) => x;
    public static ThreadInt64 And(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value & b.value));
    public static ThreadInt64 Or(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value | b.value));
    public static ThreadInt64 Xor(ThreadInt64 a, ThreadInt64 b) => new((long)(a.value ^ b.value));
    public static ThreadInt64 CopySign(ThreadInt64 magnitude, ThreadInt64 sign) => sign.value < 0 ? -Abs(magnitude) : Abs(magnitude);
    public static ThreadInt64 ScaleByPowerOf2(ThreadInt64 x, ThreadInt64 n) => x;
    public static ThreadInt64 ScaleByLargePowerOf2(ThreadInt64 x, ThreadInt64 n) => x;
    public static ThreadInt64 Exponent(ThreadInt64 x) => x;
    public static ThreadInt64 Mantissa(ThreadInt64 x) => x;

    private static ThreadInt64 Mask(bool holds) => new((long)(holds ? 1 : 0));
}
