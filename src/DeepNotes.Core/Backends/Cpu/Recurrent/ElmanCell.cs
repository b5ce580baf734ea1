using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.CellLanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>h′ = op(sum); the gradient of op needs no more than its result.</summary>
internal readonly unsafe struct ElmanCell<TOp> : IRecurrentCell where TOp : unmanaged, IUnaryOp
{
    public static int Gates => 1;

    public static bool HasProduct => false;

    public static bool HasCell => false;

    public static void Forward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        Apply<T, V, TOp>(row.Gates, row.Gates, size);
        Unsafe.CopyBlockUnaligned(row.Output, row.Gates, (uint)(size * sizeof(T)));
    }

    [MethodImpl(Compile.Alone)]
    public static void Backward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        for (int i = 0; i < size; i += V.Count)
        {
            V y = Load<T, V>(row.Gates, i, size);
            Store(default(TOp).Gradient(Load<T, V>(row.HiddenGradient, i, size), y, y), row.GatesGradient, i, size);
        }
    }
}
