using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed partial class CpuBackend
{
    public override bool HasRecurrence => true;

    public override RecurrentResult Recurrence(Recurrence op, RecurrentInputs inputs, bool keep)
    {
        int size = inputs.Size, width = inputs.Width, rows = op.Steps.Rows;
        var type = inputs.X.DType;
        // Where the state's product is added to the input's, so are the biases.
        var bias = inputs.BiasIh is { } b && op.Kind != RecurrentKind.Gru ? b + inputs.BiasHh! : inputs.BiasIh;
        var gates = Linear(default(Ops.Identity), inputs.X, inputs.WeightIh, bias);
        var saved = keep && op.Kind is RecurrentKind.Lstm or RecurrentKind.Gru ? Tensor.Allocate([rows, size], type, Device.Cpu) : null;
        var unprojected = inputs.WeightHr is null ? null : Tensor.Allocate([rows, size], type, Device.Cpu);
        var pass = new RecurrentPass(op.Steps, op.Reverse, size, width)
        {
            WeightHh = inputs.WeightHh.Contiguous(), BiasHh = inputs.BiasHh?.Contiguous(), WeightHr = inputs.WeightHr?.Contiguous(),
            Gates = gates, Saved = saved, Output = Tensor.Allocate([rows, width], type, Device.Cpu), Unprojected = unprojected,
            Hidden = Contiguous(inputs.Hidden), Cell = inputs.Cell is { } c ? Contiguous(c) : null,
        };
        Run(op.Kind, pass);
        if (keep) return new(pass.Output!, pass.Hidden, pass.Cell, gates, saved, unprojected);
        new TemporaryTensor(gates).Dispose();
        if (unprojected is not null) new TemporaryTensor(unprojected).Dispose();
        return new(pass.Output!, pass.Hidden, pass.Cell, null, null, null);
    }

    public override RecurrentGradients RecurrenceGradient(Recurrence op, RecurrentInputs inputs, RecurrentResult result, Tensor? dOutput, Tensor? dHidden, Tensor? dCell, bool needsX)
    {
        int size = inputs.Size;
        var type = inputs.X.DType;
        bool isLstm = op.Kind == RecurrentKind.Lstm, isGru = op.Kind == RecurrentKind.Gru;
        var previous = op.Before(result.Output, inputs.Hidden);
        var sums = Tensor.Allocate(result.Gates!.Shape, type, Device.Cpu);
        var products = isGru ? Tensor.Allocate(sums.Shape, type, Device.Cpu) : sums;
        var projected = inputs.WeightHr is null ? null : Tensor.Allocate(result.Output.Shape, type, Device.Cpu);
        var pass = new RecurrentPass(op.Steps, op.Reverse, size, inputs.Width)
        {
            WeightHh = inputs.WeightHh.Contiguous(), WeightHr = inputs.WeightHr?.Contiguous(), Gates = result.Gates, Saved = result.Saved,
            PreviousHidden = previous, PreviousCell = isLstm ? op.Before(result.Saved!, inputs.Cell!) : null,
            Hidden = State(dHidden, inputs.Hidden), Cell = isLstm ? State(dCell, inputs.Cell!) : null, OutputGradient = dOutput?.Contiguous(),
            GatesGradient = sums, ProductGradient = isGru ? products : null, ProjectedGradient = projected,
        };
        Run(op.Kind, pass);
        // One product a weight, over all steps at once.
        var bias = inputs.BiasIh is null ? null : sums.Sum(0);
        return new()
        {
            X = needsX ? sums.MatMul(inputs.WeightIh) : null, Hidden = pass.Hidden, Cell = pass.Cell,
            WeightIh = sums.Mt.MatMul(inputs.X), WeightHh = products.Mt.MatMul(previous),
            BiasIh = bias, BiasHh = isGru && bias is not null ? products.Sum(0) : bias,
            WeightHr = projected?.Mt.MatMul(result.Unprojected!),
        };
    }

    private static void Run(RecurrentKind kind, RecurrentPass pass)
    {
        if (pass.Steps.Rows == 0) return;
        switch (kind)
        {
            case RecurrentKind.Tanh: pass.Run<ElmanCell<Tanh>>(); break;
            case RecurrentKind.Relu: pass.Run<ElmanCell<Relu>>(); break;
            case RecurrentKind.Lstm: pass.Run<LstmCell>(); break;
            default: pass.Run<GruCell>(); break;
        }
    }

    private Tensor State(Tensor? gradient, Tensor like) => gradient is null ? Tensor.Zeros(like.Shape, like.DType, like.Device) : Contiguous(gradient);
}
