using DeepNotes.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Lanes;

/// <summary>The UInt8 (or Bool) number of one GPU thread; what only floating-point formulas use returns its argument.</summary>
/// <remarks>
/// It is held as an Int32 from 0 to 255: ILGPU forgets that a field of type byte has no sign, and reads 128 as −128.
/// Every result wraps.
/// </remarks>
internal readonly struct ThreadUInt8 : IThreadLane<ThreadUInt8, byte>
{
    private readonly int value;

    private ThreadUInt8(int value) => this.value = value & 0xFF;

    public static bool IsDouble => false;

    public static bool IsInteger => true;

    public static ThreadUInt8 Load(byte value) => new(value);
    public static byte Store(ThreadUInt8 x) => (byte)x.value;
    public static byte Bit(ThreadUInt8 mask) => (byte)(mask.value != 0 ? 1 : 0);
    public static ThreadUInt8 Const(double c) => new((int)c);
    public static ThreadUInt8 Const(double single, double wide) => new((int)single);
    public static double ToDouble(ThreadUInt8 x) => x.value;
    public static long ToInt64(ThreadUInt8 x) => x.value;
    public static ThreadUInt8 FromDouble(double value) => new((int)(long)value);
    public static ThreadUInt8 FromInt64(long value) => new((int)value);

    public static ThreadUInt8 operator +(ThreadUInt8 a, ThreadUInt8 b) => new(a.value + b.value);
    public static ThreadUInt8 operator -(ThreadUInt8 a, ThreadUInt8 b) => new(a.value - b.value);
    public static ThreadUInt8 operator *(ThreadUInt8 a, ThreadUInt8 b) => new(a.value * b.value);
    public static ThreadUInt8 operator /(ThreadUInt8 a, ThreadUInt8 b) => new(a.value / b.value);
    public static ThreadUInt8 operator -(ThreadUInt8 a) => new(-a.value);
    public static ThreadUInt8 operator <(ThreadUInt8 a, ThreadUInt8 b) => Mask(a.value < b.value);
    public static ThreadUInt8 operator >(ThreadUInt8 a, ThreadUInt8 b) => Mask(a.value > b.value);
    public static ThreadUInt8 operator <=(ThreadUInt8 a, ThreadUInt8 b) => Mask(a.value <= b.value);
    public static ThreadUInt8 operator >=(ThreadUInt8 a, ThreadUInt8 b) => Mask(a.value >= b.value);
    public static ThreadUInt8 Equal(ThreadUInt8 a, ThreadUInt8 b) => Mask(a.value == b.value);
    public static ThreadUInt8 Where(ThreadUInt8 mask, ThreadUInt8 a, ThreadUInt8 b) => mask.value != 0 ? a : b;
    public static ThreadUInt8 Min(ThreadUInt8 a, ThreadUInt8 b) => new(IntrinsicMath.Min(a.value, b.value));
    public static ThreadUInt8 Max(ThreadUInt8 a, ThreadUInt8 b) => new(IntrinsicMath.Max(a.value, b.value));
    public static ThreadUInt8 MinNative(ThreadUInt8 a, ThreadUInt8 b) => Min(a, b);
    public static ThreadUInt8 MaxNative(ThreadUInt8 a, ThreadUInt8 b) => Max(a, b);
    public static ThreadUInt8 Abs(ThreadUInt8 x) => x;
    public static ThreadUInt8 Sqrt(ThreadUInt8 x) => x;
    public static ThreadUInt8 Call<TOp>(TOp op, ThreadUInt8 x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    public static ThreadUInt8 Call<TOp>(TOp op, ThreadUInt8 a, ThreadUInt8 b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);
    public static ThreadUInt8 Choose<TSingle, TDouble>(ThreadUInt8 x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece => default(TSingle).Of(x);

    public static ThreadUInt8 Fma(ThreadUInt8 a, ThreadUInt8 b, ThreadUInt8 c) => a * b + c;
    public static ThreadUInt8 ProductError(ThreadUInt8 a, ThreadUInt8 b, ThreadUInt8 product) => a * b - product;
    public static ThreadUInt8 Round(ThreadUInt8 x) => x;
    public static ThreadUInt8 Floor(ThreadUInt8 x) => x;
    public static ThreadUInt8 And(ThreadUInt8 a, ThreadUInt8 b) => new(a.value & b.value);
    public static ThreadUInt8 Or(ThreadUInt8 a, ThreadUInt8 b) => new(a.value | b.value);
    public static ThreadUInt8 Xor(ThreadUInt8 a, ThreadUInt8 b) => new(a.value ^ b.value);
    public static ThreadUInt8 CopySign(ThreadUInt8 magnitude, ThreadUInt8 sign) => magnitude;
    public static ThreadUInt8 ScaleByPowerOf2(ThreadUInt8 x, ThreadUInt8 n) => x;
    public static ThreadUInt8 ScaleByLargePowerOf2(ThreadUInt8 x, ThreadUInt8 n) => x;
    public static ThreadUInt8 Exponent(ThreadUInt8 x) => x;
    public static ThreadUInt8 Mantissa(ThreadUInt8 x) => x;

    private static ThreadUInt8 Mask(bool holds) => new(holds ? 1 : 0);
}
