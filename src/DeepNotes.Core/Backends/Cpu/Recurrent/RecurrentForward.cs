using System.Numerics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>Step after step: the state's product with its weight, the gates, and the projection where there is one.</summary>
/// <param name="pass">The pass.</param>
/// <param name="weights">Weight and bias of the state, and the projection.</param>
internal readonly unsafe struct RecurrentForward<TCell, T, V>(RecurrentPass pass, Pointers weights) : IKernel
    where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
{
    public void Run(Pointers p)
    {
        int size = pass.Size, width = pass.Width, sums = TCell.Gates * size, batch = pass.Steps.Batch;
        T* gates = (T*)p.A, output = (T*)p.B, hidden = (T*)p.C, cell = (T*)p.D, saved = (T*)p.E, unprojected = (T*)p.F;
        T* bias = (T*)weights.B, projection = (T*)weights.C;
        bool pack = batch > 1 && pass.Steps.Count > 1;
        using var weight = new RepeatedMatrix<T>((T*)weights.A, width, sums, 1, width, pack);
        using var project = new RepeatedMatrix<T>(projection, size, width, 1, size, pack && projection != null);
        using var scratch = new Scratch((TCell.HasProduct ? (nint)batch * sums : 1) * sizeof(T));
        T* product = TCell.HasProduct ? (T*)scratch.Pointer : null;
        for (int step = 0; step < pass.Steps.Count; step++)
        {
            var (first, rows) = pass.At(step);
            T* sum = gates + (nint)first * sums, result = output + (nint)first * width;
            if (!TCell.HasProduct) weight.Multiply(rows, hidden, sum, true, default(NoEpilogue<T>));
            else if (bias != null) weight.Multiply(rows, hidden, product, false, new Bias<T>(bias));
            else weight.Multiply(rows, hidden, product, false, default(NoEpilogue<T>));
            T* raw = projection == null ? result : unprojected + (nint)first * size;
            CellRows<TCell, T, V>.Run(rows, size, false, new CellRow<T>
            {
                Gates = sum, Product = product, Previous = hidden, Cell = cell, Saved = saved == null ? null : saved + (nint)first * size, Output = raw,
            });
            if (projection != null) project.Multiply(rows, raw, result, false, default(NoEpilogue<T>));
            Buffer.MemoryCopy(result, hidden, (long)rows * width * sizeof(T), (long)rows * width * sizeof(T));
        }
    }
}
