using System.Numerics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>Back through time, step after step: the gradients of the gates' sums, and through the weight to the state before.</summary>
/// <param name="pass">The pass.</param>
/// <param name="inputs">Weight of the state, projection, gates, what was saved, and the states before each step.</param>
internal readonly unsafe struct RecurrentBackward<TCell, T, V>(RecurrentPass pass, Pointers inputs) : IKernel
    where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
{
    public void Run(Pointers p)
    {
        int size = pass.Size, width = pass.Width, sums = TCell.Gates * size, batch = pass.Steps.Batch;
        T* gates = (T*)inputs.C, saved = (T*)inputs.D, hidden = (T*)inputs.E, cell = (T*)inputs.F, projection = (T*)inputs.B;
        T* dGates = (T*)p.A, dProduct = (T*)p.B, dHidden = (T*)p.C, dCell = (T*)p.D, dOutput = (T*)p.E, dProjected = (T*)p.F;
        bool pack = batch > 1 && pass.Steps.Count > 1;
        using var weight = new RepeatedMatrix<T>((T*)inputs.A, sums, width, width, 1, pack);
        using var project = new RepeatedMatrix<T>(projection, width, size, size, 1, pack && projection != null);
        using var scratch = new Scratch((projection == null ? 1 : (nint)batch * size) * sizeof(T));
        for (int step = pass.Steps.Count - 1; step >= 0; step--)
        {
            var (first, rows) = pass.At(step);
            T* dOut = dOutput == null ? null : dOutput + (nint)first * width, dRaw = dHidden;
            if (projection != null)
            {
                // The whole gradient of the projected state, kept for that of the projection, and through it to the cell.
                if (dOut != null) CellLanes.Add<T, V>(dHidden, dOut, rows * width);
                long bytes = (long)rows * width * sizeof(T);
                Buffer.MemoryCopy(dHidden, dProjected + (nint)first * width, bytes, bytes);
                dRaw = (T*)scratch.Pointer;
                project.Multiply(rows, dHidden, dRaw, false, default(NoEpilogue<T>));
                dOut = null;
            }
            nint at = (nint)first * size;
            CellRows<TCell, T, V>.Run(rows, size, true, new CellRow<T>
            {
                Gates = gates + (nint)first * sums, Saved = saved + at, Previous = hidden + at, Cell = cell + at, OutputGradient = dOut, HiddenGradient = dRaw, CellGradient = dCell,
                GatesGradient = dGates + (nint)first * sums, ProductGradient = dProduct + (nint)first * sums,
            });
            // A cell whose update gate hands the state on has left that part of the gradient there.
            if (TCell.HasProduct) weight.Multiply(rows, dProduct + (nint)first * sums, dHidden, true, default(NoEpilogue<T>));
            else weight.Multiply(rows, dGates + (nint)first * sums, dHidden, false, default(NoEpilogue<T>));
        }
    }
}
