using DeepNotes.Autograd;
using DeepNotes.Backends;

namespace DeepNotes.Ops;

/// <summary>The recurrent networks there are.</summary>
internal enum RecurrentKind
{
    Tanh,
    Relu,
    Lstm,
    Gru,
}

/// <summary>What a recurrent network reads: all steps [N, input], the initial state, and the weights.</summary>
internal readonly record struct RecurrentInputs(Tensor X, Tensor Hidden, Tensor? Cell, Tensor WeightIh, Tensor WeightHh, Tensor? BiasIh, Tensor? BiasHh, Tensor? WeightHr)
{
    /// <summary>The numbers of the cell's state.</summary>
    public int Size => WeightHr?.Shape[1] ?? WeightHh.Shape[1];

    /// <summary>The numbers of the hidden state, fewer where it is projected.</summary>
    public int Width => WeightHh.Shape[1];
}

/// <summary>What a recurrent network gives: all steps [N, width] and the last state; and what the backward pass reads beside these.</summary>
internal readonly record struct RecurrentResult(Tensor Output, Tensor Hidden, Tensor? Cell, Tensor? Gates, Tensor? Saved, Tensor? Unprojected);

/// <summary>One gradient for each of <see cref="RecurrentInputs"/>.</summary>
internal readonly record struct RecurrentGradients(Tensor? X, Tensor? Hidden, Tensor? Cell, Tensor? WeightIh, Tensor? WeightHh, Tensor? BiasIh, Tensor? BiasHh, Tensor? WeightHr);

/// <summary>A recurrent network in one direction over all steps of a batch of sequences.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Steps">How the rows of the input belong to steps and sequences.</param>
/// <param name="Reverse">From the last step to the first.</param>
/// <param name="HasBias">The two biases are among the inputs.</param>
/// <param name="HasProjection">The projection of the hidden state is.</param>
internal readonly record struct Recurrence(RecurrentKind Kind, SequenceSteps Steps, bool Reverse, bool HasBias, bool HasProjection) : IMultiOp, IWide
{
    public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var inputs = Inputs(x);
        var result = inputs.X.Backend.Recurrence(this, inputs with { X = inputs.X.Contiguous() }, tape.IsRecording);
        Work.MultiplyAdds += (long)inputs.X.Shape[0] * (inputs.WeightIh.Count + inputs.WeightHh.Count + (inputs.WeightHr?.Count ?? 0));
        if (tape.IsRecording) tape.Keep([.. x, result.Output, result.Gates!, .. result.Saved is { } s ? (ReadOnlySpan<Tensor>)[s] : [], .. result.Unprojected is { } u ? (ReadOnlySpan<Tensor>)[u] : []]);
        return result.Cell is null ? [result.Output, result.Hidden] : [result.Output, result.Hidden, result.Cell];
    }

    public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
    {
        int count = gradients.Count;
        var x = new Tensor[count];
        for (int i = 0; i < count; i++) x[i] = kept[i];
        if (Grad.IsOn)
        {
            BackwardRecorded(g, x, gradients);
            return;
        }
        var inputs = Inputs(x);
        int at = count + 2;
        var saved = Kind is RecurrentKind.Lstm or RecurrentKind.Gru ? kept[at++] : null;
        var result = new RecurrentResult(kept[count], inputs.Hidden, inputs.Cell, kept[count + 1], saved, HasProjection ? kept[at] : null);
        var d = inputs.X.Backend.RecurrenceGradient(this, inputs with { X = inputs.X.Contiguous() }, result, g[0], g[1], g.Length > 2 ? g[2] : null, gradients.Needs(0));
        int next = 0;
        foreach (var one in (ReadOnlySpan<Tensor?>)[d.X, d.Hidden, d.Cell, d.WeightIh, d.WeightHh, d.BiasIh, d.BiasHh, d.WeightHr])
        {
            // What needs no gradient has a place of its own too; what is no input has none.
            if (one is not null || next == 0) gradients[next++] = one;
        }
    }

    /// <summary>A gradient that is to be differentiated itself is that of the network made of elementary operations.</summary>
    private void BackwardRecorded(ReadOnlySpan<Tensor?> g, Tensor[] x, Gradients gradients)
    {
        // Views of their own: one tensor may be several inputs, and each gradient is that of one of them.
        for (int i = 0; i < x.Length; i++) if (gradients.Needs(i)) x[i] = Op.Apply(new Reshape(x[i].Shape), x[i]);
        var y = Compose(x);
        Tensor? total = null;
        for (int i = 0; i < y.Length; i++)
        {
            if (g[i] is not { } d) continue;
            var part = (y[i] * d).Sum();
            total = total is null ? part : total + part;
        }
        if (total is null) return;
        int[] needed = [.. Needed(x.Length, gradients)];
        var found = Grad.Of(total, [.. needed.Select(i => x[i])], createGraph: true, allowUnused: true);
        for (int i = 0; i < needed.Length; i++) gradients[needed[i]] = found[i];
    }

    private static List<int> Needed(int count, Gradients gradients)
    {
        var needed = new List<int>();
        for (int i = 0; i < count; i++) if (gradients.Needs(i)) needed.Add(i);
        return needed;
    }

    /// <summary>The same network made of elementary operations: for devices without a kernel for it, and for gradients of gradients.</summary>
    public Tensor[] Compose(ReadOnlySpan<Tensor> x)
    {
        var (input, hidden, cell, weightIh, weightHh, biasIh, biasHh, weightHr) = Inputs(x);
        int size = Inputs(x).Size;
        var sums = input.Linear(weightIh, biasIh);
        var outputs = new Tensor[Steps.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            int step = Reverse ? outputs.Length - 1 - i : i;
            var (first, rows) = Steps.At(step);
            Tensor sum = sums.Narrow(0, first, rows), h = hidden.Narrow(0, 0, rows), product = h.Linear(weightHh, biasHh), output;
            if (Kind == RecurrentKind.Gru)
            {
                var gates = (sum.Narrow(1, 0, 2 * size) + product.Narrow(1, 0, 2 * size)).Sigmoid();
                var candidate = (sum.Narrow(1, 2 * size, size) + gates.Narrow(1, 0, size) * product.Narrow(1, 2 * size, size)).Tanh();
                output = candidate + gates.Narrow(1, size, size) * (h - candidate);
            }
            else if (Kind == RecurrentKind.Lstm)
            {
                var gates = sum + product;
                var kept = gates.Narrow(1, size, size).Sigmoid() * cell!.Narrow(0, 0, rows);
                var c = kept + gates.Narrow(1, 0, size).Sigmoid() * gates.Narrow(1, 2 * size, size).Tanh();
                output = gates.Narrow(1, 3 * size, size).Sigmoid() * c.Tanh();
                if (weightHr is not null) output = output.Linear(weightHr);
                cell = Replace(cell, c);
            }
            else
            {
                output = Kind == RecurrentKind.Tanh ? (sum + product).Tanh() : (sum + product).Relu();
            }
            hidden = Replace(hidden, output);
            outputs[step] = output;
        }
        var all = Tensor.Concatenate(outputs);
        return cell is null ? [all, hidden] : [all, hidden, cell];
    }

    /// <summary>The states before each step, from those after it.</summary>
    public Tensor Before(Tensor after, Tensor initial)
    {
        var before = Tensor.Allocate(after.Shape, after.DType, after.Device);
        int seen = 0, from = 0;
        for (int i = 0; i < Steps.Count; i++)
        {
            var (first, rows) = Steps.At(Reverse ? Steps.Count - 1 - i : i);
            // Sequences that the step before had, and those that begin here.
            int known = Math.Min(seen, rows);
            if (known > 0) before.Backend.Copy(after.Narrow(0, from, known), before.Narrow(0, first, known));
            if (known < rows) before.Backend.Copy(initial.Narrow(0, known, rows - known), before.Narrow(0, first + known, rows - known));
            (seen, from) = (Math.Max(seen, rows), first);
        }
        return before;
    }

    private static Tensor Replace(Tensor state, Tensor first) => first.Shape[0] == state.Shape[0] ? first : Tensor.Concatenate([first, state.Narrow(0, first.Shape[0], state.Shape[0] - first.Shape[0])]);

    private RecurrentInputs Inputs(ReadOnlySpan<Tensor> x)
    {
        int at = Kind == RecurrentKind.Lstm ? 3 : 2, end = at + (HasBias ? 4 : 2);
        return new(x[0], x[1], at == 3 ? x[2] : null, x[at], x[at + 1], HasBias ? x[at + 2] : null, HasBias ? x[at + 3] : null, HasProjection ? x[end] : null);
    }
}
