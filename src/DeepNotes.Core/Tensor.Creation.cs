using System.Runtime.InteropServices;
using DeepNotes.Backends.Cpu;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>A tensor of zeros. Matches torch.zeros.</summary>
    /// <param name="shape">The lengths of the dimensions.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32, Device? device = null) => Full(shape, 0, dtype, device);

    /// <summary>A tensor of ones. Matches torch.ones.</summary>
    /// <param name="shape">The lengths of the dimensions.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32, Device? device = null) => Full(shape, 1, dtype, device);

    /// <summary>A tensor of one number. Matches torch.full.</summary>
    /// <param name="shape">The lengths of the dimensions.</param>
    /// <param name="value">The number in every element.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32, Device? device = null)
    {
        var result = Allocate(shape, dtype, device ?? Device.Cpu);
        result.Backend.Fill(result, value);
        return result;
    }

    /// <summary>Zeros in the shape, type and place of another tensor. Matches torch.zeros_like.</summary>
    public static Tensor ZerosLike(Tensor other) => Zeros(other.Shape, other.DType, other.Device);

    /// <summary>Ones in the shape, type and place of another tensor. Matches torch.ones_like.</summary>
    public static Tensor OnesLike(Tensor other) => Ones(other.Shape, other.DType, other.Device);

    /// <summary>The numbers 0, 1, …, count − 1. Matches torch.arange.</summary>
    /// <param name="count">How many.</param>
    /// <param name="dtype">The element type; Int64 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Arange(int count, DType dtype = DType.Int64, Device? device = null) => Arange(0, count, 1, dtype, device);

    /// <summary>The numbers start, start + step, … below end (above it for a negative step). Matches torch.arange.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">Where to stop; not included.</param>
    /// <param name="step">The distance from one to the next; not 0.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is 0 or leads away from the end.</exception>
    public static Tensor Arange(double start, double end, double step = 1, DType dtype = DType.Float32, Device? device = null)
    {
        double count = Math.Ceiling((end - start) / step);
        if (!(count >= 0 && count <= int.MaxValue)) throw new ArgumentOutOfRangeException(nameof(step), $"Arange: steps of {step} do not lead from {start} to {end}.");
        var values = new double[(int)count];
        for (int i = 0; i < values.Length; i++) values[i] = start + i * step;
        return From(values).To(dtype).To(device ?? Device.Cpu);
    }

    /// <summary>The identity matrix. Matches torch.eye.</summary>
    /// <param name="size">Rows and columns.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Eye(int size, DType dtype = DType.Float32, Device? device = null) => Eye(size, size, dtype, device);

    /// <summary>Ones on the main diagonal of a matrix and zeros elsewhere. Matches torch.eye.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Eye(int rows, int columns, DType dtype = DType.Float32, Device? device = null)
    {
        var result = Zeros([rows, columns], dtype, device);
        result.Diagonal().FillInPlace(1);
        return result;
    }

    /// <summary>A tensor without dimensions.</summary>
    /// <param name="value">Its number.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    public static Tensor Scalar(double value, DType dtype = DType.Float32) => Full([], value, dtype);

    /// <summary>A copy of numbers as a tensor of one dimension; reshape it to what it is meant to be.</summary>
    /// <typeparam name="T">float, double, long, int, byte or bool: it decides the element type.</typeparam>
    /// <exception cref="DTypeException">No element type corresponds to <typeparamref name="T"/>.</exception>
    public static Tensor From<T>(params ReadOnlySpan<T> values) where T : unmanaged => From(values, [values.Length]);

    /// <summary>A copy of numbers, row by row, as a tensor of a given shape.</summary>
    /// <exception cref="ShapeException">The shape has another number of elements.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        var dtype = DTypes.Of<T>();
        if (shape.ElementCount != values.Length) throw new ShapeException($"From: {values.Length} numbers do not fill the shape {shape}, which has {shape.ElementCount} elements.");
        var result = Allocate(shape, dtype, Device.Cpu);
        values.CopyTo(result.Elements<T>());
        return result;
    }

    /// <summary>A copy of a matrix.</summary>
    public static Tensor From<T>(T[,] values) where T : unmanaged => From((Array)values, MemoryMarshal.CreateReadOnlySpan(ref First<T>(values), values.Length));

    /// <summary>A copy of an array of three dimensions.</summary>
    public static Tensor From<T>(T[,,] values) where T : unmanaged => From((Array)values, MemoryMarshal.CreateReadOnlySpan(ref First<T>(values), values.Length));

    /// <summary>A copy of an array of four dimensions.</summary>
    public static Tensor From<T>(T[,,,] values) where T : unmanaged => From((Array)values, MemoryMarshal.CreateReadOnlySpan(ref First<T>(values), values.Length));

    /// <summary>A C# number in an expression with tensors: it takes on the type of the tensor it meets.</summary>
    public static implicit operator Tensor(double value) => Weak(value);

    /// <summary>A C# number in an expression with tensors: it takes on the type of the tensor it meets.</summary>
    public static implicit operator Tensor(long value) => Weak(value);

    /// <summary>A C# number in an expression with tensors: it takes on the type of the tensor it meets.</summary>
    public static implicit operator Tensor(int value) => Weak((long)value);

    private static ref T First<T>(Array values) => ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values));

    private static Tensor From<T>(Array array, ReadOnlySpan<T> values) where T : unmanaged
    {
        var lengths = new int[array.Rank];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = array.GetLength(i);
        return From(values, Shape.Create(lengths));
    }

    private static Tensor Weak<T>(T value) where T : unmanaged
    {
        var storage = new SmallStorage(8);
        TensorScope.Register(storage);
        var result = new Tensor(storage, Shape.Scalar, DTypes.Of<T>()) { IsWeakScalar = true };
        result.Elements<T>()[0] = value;
        return result;
    }
}
