using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The elements in row-major order, read-only and without a copy.</summary>
    /// <typeparam name="T">The .NET type of the elements.</typeparam>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous (call <see cref="Contiguous"/> first) or not on the CPU.</exception>
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged
    {
        Expose();
        return Elements<T>();
    }

    /// <summary>The elements for writing, without a copy. Counts as one in-place write, at the time of this call.</summary>
    /// <typeparam name="T">The .NET type of the elements.</typeparam>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous or not on the CPU.</exception>
    /// <exception cref="GradException">The tensor is part of a graph that is being recorded.</exception>
    public Span<T> AsWritableSpan<T>() where T : unmanaged
    {
        BeforeWrite(nameof(AsWritableSpan));
        Expose();
        return Elements<T>();
    }

    /// <summary>The elements as a <see cref="ReadOnlyTensorSpan{T}"/> of the same shape, without a copy; any strides will do.</summary>
    /// <typeparam name="T">The .NET type of the elements.</typeparam>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    public ReadOnlyTensorSpan<T> AsTensorSpan<T>() where T : unmanaged
    {
        Expect<T>();
        Expose();
        var lengths = new nint[Rank];
        var steps = new nint[Rank];
        int extent = Count == 0 ? 0 : 1;
        for (int i = 0; i < Rank; i++)
        {
            lengths[i] = Shape[i];
            steps[i] = Shape[i] == 1 ? 0 : Strides[i];
            if (Count > 0) extent += (Shape[i] - 1) * Strides[i];
        }
        return new ReadOnlyTensorSpan<T>(MemoryMarshal.CreateReadOnlySpan(ref FirstAs<T>(), extent), lengths, steps);
    }

    /// <summary>The elements in row-major order, copied.</summary>
    /// <typeparam name="T">The .NET type of the elements.</typeparam>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        if (typeof(T) != typeof(bool) || DType != DType.Bool) Expect<T>();
        var source = Contiguous().To(Device.Cpu);
        var result = source.Elements<T>().ToArray();
        GC.KeepAlive(source);
        return result;
    }

    /// <summary>The number of a tensor with one element.</summary>
    /// <typeparam name="T">The .NET type of the element.</typeparam>
    /// <exception cref="ShapeException">There is not exactly one element.</exception>
    /// <exception cref="DTypeException">The element is of another type.</exception>
    public T Item<T>() where T : unmanaged
    {
        if (Count != 1) throw new ShapeException($"Item: a tensor of shape {Shape} has {Count} elements; exactly one is needed.");
        Expect<T>();
        var source = Device.IsCpu ? this : To(Device.Cpu);
        T value = source.FirstAs<T>();
        GC.KeepAlive(source);
        return value;
    }

    /// <summary>The number of a tensor with one element, of whatever type, as a double.</summary>
    /// <exception cref="ShapeException">There is not exactly one element.</exception>
    public double Item() => DType switch
    {
        DType.Float32 => Item<float>(),
        DType.Float64 => Item<double>(),
        DType.Int64 => Item<long>(),
        DType.Int32 => Item<int>(),
        DType.Int16 => Item<short>(),
        DType.Int8 => Item<sbyte>(),
        DType.Float16 => (double)Item<Half>(),
        DType.BFloat16 => Item<BFloat16>(),
        DType.UInt8 => Item<byte>(),
        DType.Bool => Item<bool>() ? 1 : 0,
        _ => throw new DTypeException($"Item: {DType} is not a known element type."),
    };

    /// <summary>
    /// The elements of a contiguous tensor on the CPU, for kernels and loaders. It does not count as exposure, so the caller
    /// keeps the tensor alive until it is done: the span keeps the array, but not its content.
    /// </summary>
    internal Span<T> Elements<T>() where T : unmanaged
    {
        Expect<T>();
        if (!IsContiguous) throw new InvalidOperationException($"A span needs contiguous elements; this {Shape} tensor is a view with strides [{string.Join(", ", Strides)}]. Call Contiguous() first.");
        return MemoryMarshal.CreateSpan(ref FirstAs<T>(), Count);
    }

    /// <summary>The first byte of a tensor on the CPU.</summary>
    internal ref byte FirstByte
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.AddByteOffset(ref ((CpuStorage)Storage).First, (nint)Offset * DType.Size());
    }

    private ref T FirstAs<T>() where T : unmanaged
    {
        if (!Device.IsCpu) throw new DeviceException($"A span needs memory of the CPU; this tensor is on {Device}. Call To(Device.Cpu) first.");
        return ref Unsafe.As<byte, T>(ref FirstByte);
    }

    private void Expose()
    {
        if (Storage is CpuStorage storage) storage.Expose();
    }

    private void Expect<T>() where T : unmanaged
    {
        var asked = DTypes.Of<T>();
        if (asked != DType) throw new DTypeException($"The elements are {DType}, not {asked}: ask for {DotNetName(DType)} or convert with To(DType.{asked}).");
    }

    private static string DotNetName(DType type) => type switch
    {
        DType.Float32 => "float",
        DType.Float64 => "double",
        DType.Int64 => "long",
        DType.Int32 => "int",
        DType.Int16 => "short",
        DType.Int8 => "sbyte",
        DType.Float16 => "Half",
        DType.BFloat16 => "BFloat16",
        DType.UInt8 => "byte",
        _ => "bool",
    };
}
