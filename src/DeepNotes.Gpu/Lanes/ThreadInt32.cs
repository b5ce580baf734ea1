using DeepNotes.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Lanes;

/// <summary>The Int32 number of one GPU thread; what only floating-point formulas use returns its argument.</summary>
internal readonly struct ThreadInt32(int value) : IThreadLane<ThreadInt32, int>
{
    private readonly int value = value;

    public static bool IsDouble => false;

    public static bool IsInteger => true;

    public static ThreadInt32 Load(int value) => new(value);
    public static int Store(ThreadInt32 x) => x.value;
    public static byte Bit(ThreadInt32 mask) => (byte)(mask.value != 0 ? 1 : 0);
    public static ThreadInt32 Const(double c) => new((int)c);
    public static ThreadInt32 Const(double single, double wide) => new((int)single);
    public static double ToDouble(ThreadInt32 x) => x.value;
    public static long ToInt64(ThreadInt32 x) => x.value;
    public static ThreadInt32 FromDouble(double value) => new((int)value);
    public static ThreadInt32 FromInt64(long value) => new((int)value);

    public static ThreadInt32 operator +(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value + b.value));
    public static ThreadInt32 operator -(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value - b.value));
    public static ThreadInt32 operator *(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value * b.value));
    public static ThreadInt32 operator /(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value / b.value));
    public static ThreadInt32 operator -(ThreadInt32 a) => new((int)(-a.value));
    public static ThreadInt32 operator <(ThreadInt32 a, ThreadInt32 b) => Mask(a.value < b.value);
    public static ThreadInt32 operator >(ThreadInt32 a, ThreadInt32 b) => Mask(a.value > b.value);
    public static ThreadInt32 operator <=(ThreadInt32 a, ThreadInt32 b) => Mask(a.value <= b.value);
    public static ThreadInt32 operator >=(ThreadInt32 a, ThreadInt32 b) => Mask(a.value >= b.value);
    public static ThreadInt32 Equal(ThreadInt32 a, ThreadInt32 b) => Mask(a.value == b.value);
    public static ThreadInt32 Where(ThreadInt32 mask, ThreadInt32 a, ThreadInt32 b) => mask.value != 0 ? a : b;
    public static ThreadInt32 Min(ThreadInt32 a, ThreadInt32 b) => new(IntrinsicMath.Min(a.value, b.value));
    public static ThreadInt32 Max(ThreadInt32 a, ThreadInt32 b) => new(IntrinsicMath.Max(a.value, b.value));
    public static ThreadInt32 MinNative(ThreadInt32 a, ThreadInt32 b) => Min(a, b);
    public static ThreadInt32 MaxNative(ThreadInt32 a, ThreadInt32 b) => Max(a, b);
    public static ThreadInt32 Abs(ThreadInt32 x) => x.value < 0 ? -x : x;
    public static ThreadInt32 Sqrt(ThreadInt32 x) => x;
    public static ThreadInt32 Call<TOp>(TOp op, ThreadInt32 x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    public static ThreadInt32 Call<TOp>(TOp op, ThreadInt32 a, ThreadInt32 b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);
    public static ThreadInt32 Choose<TSingle, TDouble>(ThreadInt32 x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece => default(TSingle).Of(x);

    public static ThreadInt32 Fma(ThreadInt32 a, ThreadInt32 b, ThreadInt32 c) => a * b + c;
    public static ThreadInt32 ProductError(ThreadInt32 a, ThreadInt32 b, ThreadInt32 product) => a * b - product;
    public static ThreadInt32 Round(ThreadInt32 x) => x;
    public static ThreadInt32 Floor(ThreadInt32 x) => x;
    public static ThreadInt32 And(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value & b.value));
    public static ThreadInt32 Or(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value | b.value));
    public static ThreadInt32 Xor(ThreadInt32 a, ThreadInt32 b) => new((int)(a.value ^ b.value));
    public static ThreadInt32 CopySign(ThreadInt32 magnitude, ThreadInt32 sign) => sign.value < 0 ? -Abs(magnitude) : Abs(magnitude);
    public static ThreadInt32 ScaleByPowerOf2(ThreadInt32 x, ThreadInt32 n) => x;
    public static ThreadInt32 ScaleByLargePowerOf2(ThreadInt32 x, ThreadInt32 n) => x;
    public static ThreadInt32 Exponent(ThreadInt32 x) => x;
    public static ThreadInt32 Mantissa(ThreadInt32 x) => x;

    private static ThreadInt32 Mask(bool holds) => new((int)(holds ? 1 : 0));
}
