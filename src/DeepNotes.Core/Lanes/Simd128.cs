using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A lane of 128 bits.</summary>
internal unsafe struct Simd128<T> : ISimdLane<Simd128<T>, T> where T : unmanaged
{
    // Set by initializers: a constructor would cost the compiler two more locals an operation, and it stops inlining at 512.
    private Vector128<T> value;

    public static int Count => Vector128<T>.Count;

    public static bool IsDouble => typeof(T) == typeof(double);

    public static bool IsFused => Fma3.IsFast;

    [MethodImpl(AggressiveInlining)] public static Simd128<T> Load(T* source) => new() { value = Vector128.Load(source) };
    [MethodImpl(AggressiveInlining)] public static void Store(Simd128<T> x, T* target) => x.value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Broadcast(T value) => new() { value = Vector128.Create(value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Const(double c) => new() { value = Vector128.Create(Element<T>.From(c)) };
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Simd128<T> mask) => mask.value.ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator +(Simd128<T> a, Simd128<T> b) => new() { value = a.value + b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator -(Simd128<T> a, Simd128<T> b) => new() { value = a.value - b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator *(Simd128<T> a, Simd128<T> b) => new() { value = a.value * b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator /(Simd128<T> a, Simd128<T> b) => new() { value = a.value / b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator -(Simd128<T> a) => new() { value = -a.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator <(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.LessThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator >(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.GreaterThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator <=(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.LessThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator >=(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.GreaterThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Equal(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.Equals(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Where(Simd128<T> mask, Simd128<T> a, Simd128<T> b) => new() { value = Vector128.ConditionalSelect(mask.value, a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Min(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.Min(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Max(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.Max(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> MinNative(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.MinNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> MaxNative(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.MaxNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Abs(Simd128<T> x) => new() { value = Vector128.Abs(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Sqrt(Simd128<T> x) => new() { value = Vector128.Sqrt(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> CopySign(Simd128<T> magnitude, Simd128<T> sign) => new() { value = Vector128.CopySign(magnitude.value, sign.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Call<TOp>(TOp op, Simd128<T> x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Call<TOp>(TOp op, Simd128<T> a, Simd128<T> b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Fma(Simd128<T> a, Simd128<T> b, Simd128<T> c)
    {
        if (typeof(T) == typeof(float)) return Of(Vector128.MultiplyAddEstimate(a.Singles, b.Singles, c.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector128.MultiplyAddEstimate(a.Doubles, b.Doubles, c.Doubles));
        return a * b + c;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Round(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector128.Round(x.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector128.Round(x.Doubles));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Floor(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector128.Floor(x.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector128.Floor(x.Doubles));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> ScaleByPowerOf2(Simd128<T> x, Simd128<T> n)
    {
        if (typeof(T) == typeof(float)) return Of(x.Singles * ((Vector128.ConvertToInt32Native(n.Singles) + Vector128.Create(127)) << 23).AsSingle());
        // Adding 1.5·2⁵² leaves the integer in the low bits: no conversion to 64-bit integers, which AVX2 lacks.
        if (typeof(T) == typeof(double)) return Of(x.Doubles * (((n.Doubles + Vector128.Create(6755399441055744.0)).AsInt64() + Vector128.Create(1023L)) << 52).AsDouble());
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> ScaleByLargePowerOf2(Simd128<T> x, Simd128<T> n)
    {
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(float)) return Of(Avx512F.VL.Scale(x.Singles, n.Singles));
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(double)) return Of(Avx512F.VL.Scale(x.Doubles, n.Doubles));
        if (typeof(T) == typeof(float))
        {
            // The first product is a normal number, so only the second one rounds.
            Vector128<int> whole = Vector128.ConvertToInt32Native(n.Singles), half = whole >> 1, bias = Vector128.Create(127);
            return Of(x.Singles * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle());
        }
        Simd128<T> low = Floor(n * Const(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, low), n - low);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved.
    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Exponent(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector128.ConvertToSingle(((x.Singles.AsInt32() + Vector128.Create(0x00555555)) >>> 23) - Vector128.Create(127)));
        // The biased exponent under the bits of 2⁵² is the number 2⁵² + exponent.
        if (typeof(T) == typeof(double)) return Of((((x.Doubles.AsInt64() + Vector128.Create(0x000AAAAAAAAAAAABL)) >>> 52) | Vector128.Create(0x4330000000000000L)).AsDouble() - Vector128.Create(4503599627370496.0 + 1023));
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Mantissa(Simd128<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<int> bits = x.Singles.AsInt32();
            return Of((bits + Vector128.Create(0x3F800000) - ((bits + Vector128.Create(0x00555555)) & Vector128.Create(unchecked((int)0xFF800000)))).AsSingle());
        }
        if (typeof(T) == typeof(double))
        {
            Vector128<long> bits = x.Doubles.AsInt64();
            return Of((bits + Vector128.Create(0x3FF0000000000000L) - ((bits + Vector128.Create(0x000AAAAAAAAAAAABL)) & Vector128.Create(unchecked((long)0xFFF0000000000000)))).AsDouble());
        }
        throw Element<T>.FloatsOnly();
    }

    private Vector128<float> Singles => value.AsSingle();
    private Vector128<double> Doubles => value.AsDouble();
    private static Simd128<T> Of(Vector128<float> x) => new() { value = x.As<float, T>() };
    private static Simd128<T> Of(Vector128<double> x) => new() { value = x.As<double, T>() };
}
