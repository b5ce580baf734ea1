using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>One pass over all steps of a batch of sequences, forward or backward, with its contiguous tensors. See <see cref="CellRow{T}"/> for what they hold.</summary>
internal sealed class RecurrentPass(SequenceSteps steps, bool reverse, int size, int width)
{
    public SequenceSteps Steps { get; } = steps;

    public bool Reverse { get; } = reverse;

    /// <summary>The numbers of the cell's state.</summary>
    public int Size { get; } = size;

    /// <summary>The numbers of the hidden state: as many, or fewer where it is projected.</summary>
    public int Width { get; } = width;

    public required Tensor WeightHh { get; init; }

    public Tensor? BiasHh { get; init; }

    public Tensor? WeightHr { get; init; }

    public required Tensor Gates { get; init; }

    public Tensor? Saved { get; init; }

    /// <summary>Forward: the results of all steps, and of all before their projection.</summary>
    public Tensor? Output { get; init; }

    public Tensor? Unprojected { get; init; }

    /// <summary>The state of every sequence: the initial one before, the last one after a forward pass. Backward, its gradient, the other way round.</summary>
    public required Tensor Hidden { get; init; }

    public Tensor? Cell { get; init; }

    /// <summary>Backward: the states before each step.</summary>
    public Tensor? PreviousHidden { get; init; }

    public Tensor? PreviousCell { get; init; }

    public Tensor? OutputGradient { get; init; }

    public Tensor? GatesGradient { get; init; }

    public Tensor? ProductGradient { get; init; }

    /// <summary>The whole gradient of each step's projected state.</summary>
    public Tensor? ProjectedGradient { get; init; }

    public (int First, int Rows) At(int step) => Steps.At(Reverse ? Steps.Count - 1 - step : step);

    public void Run<TCell>() where TCell : struct, IRecurrentCell
    {
        if (Gates.DType == DType.Float32) Run<TCell, float>();
        else Run<TCell, double>();
    }

    private void Run<TCell, T>() where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<TCell, T, Simd512<T>>();
        else if (Vector256.IsHardwareAccelerated) Run<TCell, T, Simd256<T>>();
        else if (Vector128.IsHardwareAccelerated) Run<TCell, T, Simd128<T>>();
        else Run<TCell, T, Number<T>>();
    }

    private void Run<TCell, T, V>() where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        if (GatesGradient is null) Pinned.Run(new ForwardWeights<TCell, T, V>(this), WeightHh, BiasHh, WeightHr);
        else Pinned.Run(new BackwardInputs<TCell, T, V>(this), WeightHh, WeightHr, Gates, Saved, PreviousHidden, PreviousCell);
    }

    private readonly struct ForwardWeights<TCell, T, V>(RecurrentPass pass) : IKernel
        where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p) => Pinned.Run(new RecurrentForward<TCell, T, V>(pass, p), pass.Gates, pass.Output, pass.Hidden, pass.Cell, pass.Saved, pass.Unprojected);
    }

    private readonly struct BackwardInputs<TCell, T, V>(RecurrentPass pass) : IKernel
        where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p) => Pinned.Run(new RecurrentBackward<TCell, T, V>(pass, p),
            pass.GatesGradient!, pass.ProductGradient, pass.Hidden, pass.Cell, pass.OutputGradient, pass.ProjectedGradient);
    }
}
