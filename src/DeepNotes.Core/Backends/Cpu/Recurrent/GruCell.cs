using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.CellLanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>h′ = (1 − z)·n + z·h with n = tanh(sum + r·product), and the gates in the order r, z, n.</summary>
internal readonly unsafe struct GruCell : IRecurrentCell
{
    public static int Gates => 3;

    public static bool HasProduct => true;

    public static bool HasCell => false;

    public static void Forward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        T* candidate = row.Gates + 2 * size;
        Apply<T, V, Sigmoid>(row.Gates, row.Gates, row.Product, 2 * size);
        Candidate<T, V>(size, row);
        Apply<T, V, Tanh>(candidate, candidate, size);
        NewState<T, V>(size, row);
    }

    [MethodImpl(Compile.Alone)]
    private static void Candidate<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        T* reset = row.Gates, candidate = reset + 2 * size, product = row.Product + 2 * size;
        for (int i = 0; i < size; i += V.Count)
        {
            V inner = Load<T, V>(product, i, size);
            if (row.Saved != null) Store(inner, row.Saved, i, size);
            Store(V.Fma(Load<T, V>(reset, i, size), inner, Load<T, V>(candidate, i, size)), candidate, i, size);
        }
    }

    [MethodImpl(Compile.Alone)]
    private static void NewState<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        T* update = row.Gates + size, candidate = update + size;
        for (int i = 0; i < size; i += V.Count)
        {
            V n = Load<T, V>(candidate, i, size);
            Store(V.Fma(Load<T, V>(update, i, size), Load<T, V>(row.Previous, i, size) - n, n), row.Output, i, size);
        }
    }

    [MethodImpl(Compile.Alone)]
    public static void Backward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        T* reset = row.Gates, update = reset + size, candidate = update + size, d = row.GatesGradient, dProduct = row.ProductGradient;
        V one = V.Const(1);
        for (int j = 0; j < size; j += V.Count)
        {
            V dh = Load<T, V>(row.HiddenGradient, j, size), r = Load<T, V>(reset, j, size), z = Load<T, V>(update, j, size), n = Load<T, V>(candidate, j, size);
            V dz = dh * (Load<T, V>(row.Previous, j, size) - n) * z * (one - z);
            V dn = dh * (one - z) * (one - n * n);
            V dr = dn * Load<T, V>(row.Saved, j, size) * r * (one - r);
            Store(dr, d, j, size);
            Store(dr, dProduct, j, size);
            Store(dz, d + size, j, size);
            Store(dz, dProduct + size, j, size);
            Store(dn, d + 2 * size, j, size);
            Store(dn * r, dProduct + 2 * size, j, size);
            Store(dh * z, row.HiddenGradient, j, size);
        }
    }
}
