using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.CellLanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>c′ = f·c + i·g and h′ = o·tanh(c′), with the gates in the order i, f, g, o.</summary>
internal readonly unsafe struct LstmCell : IRecurrentCell
{
    public static int Gates => 4;

    public static bool HasProduct => false;

    public static bool HasCell => true;

    public static void Forward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        // Activation by activation: the row stays in the first-level cache, and each loop has few enough locals for the compiler.
        T* candidate = row.Gates + 2 * size, output = candidate + size;
        Apply<T, V, Sigmoid>(row.Gates, row.Gates, 2 * size);
        Apply<T, V, Tanh>(candidate, candidate, size);
        Apply<T, V, Sigmoid>(output, output, size);
        NewCell<T, V>(size, row);
        Apply<T, V, Tanh>(row.Output, row.Cell, size);
        RowLoops.Map<ProductOf<T, V>, T, V>(default, size, row.Output, row.Output, output);
    }

    [MethodImpl(Compile.Alone)]
    private static void NewCell<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        T* input = row.Gates, forget = input + size, candidate = forget + size;
        for (int i = 0; i < size; i += V.Count)
        {
            V kept = Load<T, V>(forget, i, size) * Load<T, V>(row.Cell, i, size);
            V cell = V.Fma(Load<T, V>(input, i, size), Load<T, V>(candidate, i, size), kept);
            Store(cell, row.Cell, i, size);
            if (row.Saved != null) Store(cell, row.Saved, i, size);
        }
    }

    public static void Backward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        // Where the output gate's gradient will be.
        Apply<T, V, Tanh>(row.GatesGradient + 3 * size, row.Saved, size);
        Gradients<T, V>(size, row);
    }

    [MethodImpl(Compile.Alone)]
    private static void Gradients<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        T* input = row.Gates, forget = input + size, candidate = forget + size, output = candidate + size, d = row.GatesGradient;
        V one = V.Const(1);
        for (int j = 0; j < size; j += V.Count)
        {
            V dh = Load<T, V>(row.HiddenGradient, j, size), o = Load<T, V>(output, j, size), tanh = Load<T, V>(d + 3 * size, j, size);
            Store(dh * tanh * o * (one - o), d + 3 * size, j, size);
            V dc = V.Fma(dh * o, one - tanh * tanh, Load<T, V>(row.CellGradient, j, size));
            V i = Load<T, V>(input, j, size), f = Load<T, V>(forget, j, size), g = Load<T, V>(candidate, j, size);
            Store(dc * g * i * (one - i), d, j, size);
            Store(dc * Load<T, V>(row.Cell, j, size) * f * (one - f), d + size, j, size);
            Store(dc * i * (one - g * g), d + 2 * size, j, size);
            Store(dc * f, row.CellGradient, j, size);
        }
    }
}
