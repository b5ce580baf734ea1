using System.Collections.Immutable;

namespace DeepNotes.Nn;

/// <summary>The functions around one layer's formula, in the order of their registration.</summary>
internal sealed class LayerHooks
{
    // Immutable, so that a hook may remove itself while it runs and several threads may call one layer.
    private ImmutableList<Func<Layer, Tensor, Tensor?>> before = [];
    private ImmutableList<Func<Layer, Tensor, Tensor, Tensor?>> after = [];

    /// <summary>Whether none is registered, or none any more.</summary>
    public bool IsEmpty => before.IsEmpty && after.IsEmpty;

    public Tensor Run(Layer layer, Tensor x, Func<Tensor, Tensor> formula)
    {
        foreach (var hook in before) x = hook(layer, x) ?? x;
        Tensor y = formula(x);
        foreach (var hook in after) y = hook(layer, x, y) ?? y;
        return y;
    }

    public IDisposable Add(Func<Layer, Tensor, Tensor?> hook)
    {
        ImmutableInterlocked.Update(ref before, list => list.Add(hook));
        return new Removal(() => ImmutableInterlocked.Update(ref before, list => list.Remove(hook)));
    }

    public IDisposable Add(Func<Layer, Tensor, Tensor, Tensor?> hook)
    {
        ImmutableInterlocked.Update(ref after, list => list.Add(hook));
        return new Removal(() => ImmutableInterlocked.Update(ref after, list => list.Remove(hook)));
    }

    public LayerHooks Copy() => new() { before = before, after = after };

    private sealed class Removal(Action remove) : IDisposable
    {
        private Action? remove = remove;

        public void Dispose() => Interlocked.Exchange(ref remove, null)?.Invoke();
    }
}
