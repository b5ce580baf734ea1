using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A lane of one number: the software path, for processors without vectors. A mask is 1 or 0.</summary>
internal readonly unsafe struct Number<T>(T value) : ISimdLane<Number<T>, T> where T : unmanaged, INumber<T>
{
    private readonly T value = value;

    public static int Count => 1;

    public static bool IsDouble => typeof(T) == typeof(double);

    [MethodImpl(AggressiveInlining)] public static Number<T> Load(T* source) => new(*source);
    [MethodImpl(AggressiveInlining)] public static void Store(Number<T> x, T* target) => *target = x.value;
    [MethodImpl(AggressiveInlining)] public static void StorePast(Number<T> x, T* target) => *target = x.value;
    [MethodImpl(AggressiveInlining)] public static Number<T> Broadcast(T value) => new(value);
    [MethodImpl(AggressiveInlining)] public static Number<T> Const(double c) => new(Element<T>.From(c));
    [MethodImpl(AggressiveInlining)] public static Number<T> Const(double single, double wide) => new(Element<T>.From(typeof(T) == typeof(double) ? wide : single));
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Number<T> mask) => mask.value != T.Zero ? 1u : 0u;

    [MethodImpl(AggressiveInlining)] public static Number<T> operator +(Number<T> a, Number<T> b) => new(a.value + b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator -(Number<T> a, Number<T> b) => new(a.value - b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator *(Number<T> a, Number<T> b) => new(a.value * b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator /(Number<T> a, Number<T> b) => new(a.value / b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator -(Number<T> a) => new(-a.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator <(Number<T> a, Number<T> b) => Mask(a.value < b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator >(Number<T> a, Number<T> b) => Mask(a.value > b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator <=(Number<T> a, Number<T> b) => Mask(a.value <= b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> operator >=(Number<T> a, Number<T> b) => Mask(a.value >= b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> Equal(Number<T> a, Number<T> b) => Mask(a.value == b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> Where(Number<T> mask, Number<T> a, Number<T> b) => mask.value != T.Zero ? a : b;
    [MethodImpl(AggressiveInlining)] public static Number<T> Min(Number<T> a, Number<T> b) => new(T.Min(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Number<T> Max(Number<T> a, Number<T> b) => new(T.Max(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Number<T> MinNative(Number<T> a, Number<T> b) => new(a.value < b.value ? a.value : b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> MaxNative(Number<T> a, Number<T> b) => new(a.value > b.value ? a.value : b.value);
    [MethodImpl(AggressiveInlining)] public static Number<T> Abs(Number<T> x) => new(T.Abs(x.value));
    [MethodImpl(AggressiveInlining)] public static Number<T> CopySign(Number<T> magnitude, Number<T> sign) => new(T.CopySign(magnitude.value, sign.value));
    [MethodImpl(AggressiveInlining)] public static Number<T> Call<TOp>(TOp op, Number<T> x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    [MethodImpl(AggressiveInlining)] public static Number<T> Call<TOp>(TOp op, Number<T> a, Number<T> b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Choose<TSingle, TDouble>(Number<T> x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece
        => typeof(T) == typeof(double) ? default(TDouble).Of(x) : default(TSingle).Of(x);

    // Two roundings, as on every lane whose processor has no fused multiply-add.
    [MethodImpl(AggressiveInlining)] public static Number<T> Fma(Number<T> a, Number<T> b, Number<T> c) => a * b + c;

    [MethodImpl(AggressiveInlining)] public static Number<T> ProductError(Number<T> a, Number<T> b, Number<T> product) => TwoFold.ProductError(a, b, product);

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Sqrt(Number<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(MathF.Sqrt(x.Single));
        return Of(Math.Sqrt(Element<T>.ToDouble(x.value)));
    }

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Round(Number<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(MathF.Round(x.Single));
        if (typeof(T) == typeof(double)) return Of(Math.Round(x.Double));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Floor(Number<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(MathF.Floor(x.Single));
        if (typeof(T) == typeof(double)) return Of(Math.Floor(x.Double));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Number<T> ScaleByPowerOf2(Number<T> x, Number<T> n)
    {
        if (typeof(T) == typeof(float)) return Of(x.Single * BitConverter.Int32BitsToSingle(((int)n.Single + 127) << 23));
        if (typeof(T) == typeof(double)) return Of(x.Double * BitConverter.Int64BitsToDouble(((long)n.Double + 1023) << 52));
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Number<T> And(Number<T> a, Number<T> b)
        => typeof(T) == typeof(int) ? new((T)(object)((int)(object)a.value & (int)(object)b.value))
        : typeof(T) == typeof(long) ? new((T)(object)((long)(object)a.value & (long)(object)b.value))
        : typeof(T) == typeof(byte) ? new((T)(object)(byte)((byte)(object)a.value & (byte)(object)b.value))
        : typeof(T) == typeof(sbyte) ? new((T)(object)(sbyte)((sbyte)(object)a.value & (sbyte)(object)b.value))
        : typeof(T) == typeof(short) ? new((T)(object)(short)((short)(object)a.value & (short)(object)b.value))
        : throw new NotSupportedException($"There are no bit operations on {typeof(T).Name}.");

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Or(Number<T> a, Number<T> b)
        => typeof(T) == typeof(int) ? new((T)(object)((int)(object)a.value | (int)(object)b.value))
        : typeof(T) == typeof(long) ? new((T)(object)((long)(object)a.value | (long)(object)b.value))
        : typeof(T) == typeof(byte) ? new((T)(object)(byte)((byte)(object)a.value | (byte)(object)b.value))
        : typeof(T) == typeof(sbyte) ? new((T)(object)(sbyte)((sbyte)(object)a.value | (sbyte)(object)b.value))
        : typeof(T) == typeof(short) ? new((T)(object)(short)((short)(object)a.value | (short)(object)b.value))
        : throw new NotSupportedException($"There are no bit operations on {typeof(T).Name}.");

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Xor(Number<T> a, Number<T> b)
        => typeof(T) == typeof(int) ? new((T)(object)((int)(object)a.value ^ (int)(object)b.value))
        : typeof(T) == typeof(long) ? new((T)(object)((long)(object)a.value ^ (long)(object)b.value))
        : typeof(T) == typeof(byte) ? new((T)(object)(byte)((byte)(object)a.value ^ (byte)(object)b.value))
        : typeof(T) == typeof(sbyte) ? new((T)(object)(sbyte)((sbyte)(object)a.value ^ (sbyte)(object)b.value))
        : typeof(T) == typeof(short) ? new((T)(object)(short)((short)(object)a.value ^ (short)(object)b.value))
        : throw new NotSupportedException($"There are no bit operations on {typeof(T).Name}.");

    // The first product is a normal number, so only the second one rounds.
    [MethodImpl(AggressiveInlining)]
    public static Number<T> ScaleByLargePowerOf2(Number<T> x, Number<T> n)
    {
        Number<T> half = Floor(n * Const(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, half), n - half);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved.
    [MethodImpl(AggressiveInlining)]
    public static Number<T> Exponent(Number<T> x)
    {
        if (typeof(T) == typeof(float)) return Of((float)(((BitConverter.SingleToInt32Bits(x.Single) + 0x00555555) >>> 23) - 127));
        if (typeof(T) == typeof(double)) return Of((double)(((BitConverter.DoubleToInt64Bits(x.Double) + 0x000AAAAAAAAAAAAB) >>> 52) - 1023));
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Number<T> Mantissa(Number<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            int bits = BitConverter.SingleToInt32Bits(x.Single);
            return Of(BitConverter.Int32BitsToSingle(bits + 0x3F800000 - ((bits + 0x00555555) & unchecked((int)0xFF800000))));
        }
        if (typeof(T) == typeof(double))
        {
            long bits = BitConverter.DoubleToInt64Bits(x.Double);
            return Of(BitConverter.Int64BitsToDouble(bits + 0x3FF0000000000000 - ((bits + 0x000AAAAAAAAAAAAB) & unchecked((long)0xFFF0000000000000))));
        }
        throw Element<T>.FloatsOnly();
    }

    private float Single => (float)(object)value;
    private double Double => (double)(object)value;
    private static Number<T> Of(float x) => new((T)(object)x);
    private static Number<T> Of(double x) => new(typeof(T) == typeof(double) ? (T)(object)x : Element<T>.From(x));
    private static Number<T> Mask(bool holds) => new(holds ? T.One : T.Zero);
}
