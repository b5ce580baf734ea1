using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A Float32 lane whose elements have 16 bits in memory: widened on load, rounded to nearest even on store.</summary>
/// <typeparam name="T">Half or BFloat16.</typeparam>
/// <typeparam name="V">The Float32 lane that computes.</typeparam>
internal unsafe struct Widened<T, V> : ISimdLane<Widened<T, V>, T> where T : unmanaged where V : unmanaged, ISimdLane<V, float>
{
    private V value;

    public static int Count => V.Count;

    public static bool IsDouble => false;

    [MethodImpl(AggressiveInlining)]
    public static Widened<T, V> Load(T* source)
    {
        if (V.Count == 16) return Of(Unsafe.BitCast<Vector512<float>, V>(Vector512.Create(Narrow.Widen<T>(Vector128.Load((ushort*)source)), Narrow.Widen<T>(Vector128.Load((ushort*)source + 8)))));
        if (V.Count == 8) return Of(Unsafe.BitCast<Vector256<float>, V>(Narrow.Widen<T>(Vector128.Load((ushort*)source))));
        return Of(V.Const(Element<T>.ToDouble(*source)));
    }

    [MethodImpl(AggressiveInlining)]
    public static void Store(Widened<T, V> x, T* target)
    {
        if (V.Count == 16)
        {
            var wide = Unsafe.BitCast<V, Vector512<float>>(x.value);
            Narrow.Round<T>(wide.GetLower()).Store((ushort*)target);
            Narrow.Round<T>(wide.GetUpper()).Store((ushort*)target + 8);
        }
        else if (V.Count == 8)
        {
            Narrow.Round<T>(Unsafe.BitCast<V, Vector256<float>>(x.value)).Store((ushort*)target);
        }
        else
        {
            float wide;
            V.Store(x.value, &wide);
            *target = Element<T>.From(wide);
        }
    }

    [MethodImpl(AggressiveInlining)] public static void StorePast(Widened<T, V> x, T* target) => Store(x, target);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Broadcast(T value) => Of(V.Const(Element<T>.ToDouble(value)));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Const(double c) => Of(V.Const(c));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Const(double single, double wide) => Of(V.Const(single));
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Widened<T, V> mask) => V.Bits(mask.value);

    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator +(Widened<T, V> a, Widened<T, V> b) => Of(a.value + b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator -(Widened<T, V> a, Widened<T, V> b) => Of(a.value - b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator *(Widened<T, V> a, Widened<T, V> b) => Of(a.value * b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator /(Widened<T, V> a, Widened<T, V> b) => Of(a.value / b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator -(Widened<T, V> a) => Of(-a.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator <(Widened<T, V> a, Widened<T, V> b) => Of(a.value < b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator >(Widened<T, V> a, Widened<T, V> b) => Of(a.value > b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator <=(Widened<T, V> a, Widened<T, V> b) => Of(a.value <= b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> operator >=(Widened<T, V> a, Widened<T, V> b) => Of(a.value >= b.value);
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Equal(Widened<T, V> a, Widened<T, V> b) => Of(V.Equal(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Where(Widened<T, V> mask, Widened<T, V> a, Widened<T, V> b) => Of(V.Where(mask.value, a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Min(Widened<T, V> a, Widened<T, V> b) => Of(V.Min(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Max(Widened<T, V> a, Widened<T, V> b) => Of(V.Max(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> MinNative(Widened<T, V> a, Widened<T, V> b) => Of(V.MinNative(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> MaxNative(Widened<T, V> a, Widened<T, V> b) => Of(V.MaxNative(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Abs(Widened<T, V> x) => Of(V.Abs(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Sqrt(Widened<T, V> x) => Of(V.Sqrt(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> And(Widened<T, V> a, Widened<T, V> b) => Of(V.And(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Or(Widened<T, V> a, Widened<T, V> b) => Of(V.Or(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Xor(Widened<T, V> a, Widened<T, V> b) => Of(V.Xor(a.value, b.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Round(Widened<T, V> x) => Of(V.Round(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Floor(Widened<T, V> x) => Of(V.Floor(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> CopySign(Widened<T, V> magnitude, Widened<T, V> sign) => Of(V.CopySign(magnitude.value, sign.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Fma(Widened<T, V> a, Widened<T, V> b, Widened<T, V> c) => Of(V.Fma(a.value, b.value, c.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> ProductError(Widened<T, V> a, Widened<T, V> b, Widened<T, V> product) => Of(V.ProductError(a.value, b.value, product.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> ScaleByPowerOf2(Widened<T, V> x, Widened<T, V> n) => Of(V.ScaleByPowerOf2(x.value, n.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> ScaleByLargePowerOf2(Widened<T, V> x, Widened<T, V> n) => Of(V.ScaleByLargePowerOf2(x.value, n.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Exponent(Widened<T, V> x) => Of(V.Exponent(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Mantissa(Widened<T, V> x) => Of(V.Mantissa(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Call<TOp>(TOp op, Widened<T, V> x) where TOp : unmanaged, IUnaryOp => Of(op.Apply(x.value));
    [MethodImpl(AggressiveInlining)] public static Widened<T, V> Call<TOp>(TOp op, Widened<T, V> a, Widened<T, V> b) where TOp : unmanaged, IBinaryOp => Of(op.Apply(a.value, b.value));

    [MethodImpl(AggressiveInlining)]
    public static Widened<T, V> Choose<TSingle, TDouble>(Widened<T, V> x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece => Of(V.Choose<TSingle, TDouble>(x.value));

    [MethodImpl(AggressiveInlining)]
    private static Widened<T, V> Of(V value) => new() { value = value };
}

/// <summary>Eight numbers at a time between 16 bits and Float32.</summary>
internal static class Narrow
{
    private const uint Infinity = 0x7F800000;

    [MethodImpl(AggressiveInlining)]
    public static Vector256<float> Widen<T>(Vector128<ushort> x) where T : unmanaged
    {
        var bits = Vector256.Create(Vector128.WidenLower(x), Vector128.WidenUpper(x));
        if (typeof(T) == typeof(BFloat16)) return (bits << 16).AsSingle();
        // With its exponent moved into place the number is 2¹¹² too small, subnormal ones included; infinities and NaN are marked by hand.
        var magnitude = (bits & Vector256.Create(0x7FFFu)) << 13;
        var finite = magnitude.AsSingle() * Vector256.Create(5.192296858534828e33f);
        var special = Vector256.GreaterThan(magnitude, Vector256.Create(0x0F7FFFFFu));
        var value = Vector256.ConditionalSelect(special, magnitude | Vector256.Create(Infinity), finite.AsUInt32());
        return (value | ((bits & Vector256.Create(0x8000u)) << 16)).AsSingle();
    }

    [MethodImpl(AggressiveInlining)]
    public static Vector128<ushort> Round<T>(Vector256<float> x) where T : unmanaged
    {
        var bits = x.AsUInt32();
        var magnitude = bits & Vector256.Create(0x7FFFFFFFu);
        var isNan = Vector256.GreaterThan(magnitude, Vector256.Create(Infinity));
        Vector256<uint> result;
        if (typeof(T) == typeof(BFloat16))
        {
            var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One)) >>> 16;
            result = Vector256.ConditionalSelect(isNan, Vector256.Create(0x7FC0u), rounded);
        }
        else
        {
            // Below 2⁻¹⁴ adding ½ aligns the mantissa to a subnormal's place and rounds it; above, the odd bit breaks ties.
            var small = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0x3F000000u);
            var normal = (magnitude + Vector256.Create(0xC8000FFFu) + ((magnitude >>> 13) & Vector256<uint>.One)) >>> 13;
            var finite = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(113u << 23)), small, normal);
            var large = Vector256.ConditionalSelect(isNan, Vector256.Create(0x7E00u), Vector256.Create(0x7C00u));
            result = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(143u << 23)), large, finite)
                | ((bits >>> 16) & Vector256.Create(0x8000u));
        }
        return Vector128.Narrow(result.GetLower(), result.GetUpper());
    }
}
