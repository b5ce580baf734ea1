using DeepNotes.Autograd;

namespace DeepNotes;

/// <summary>Switches recording on and off, and computes gradients as a function.</summary>
public static partial class Grad
{
    [ThreadStatic] private static bool isOff;

    /// <summary>True if operations on this thread are recorded.</summary>
    public static bool IsOn => !isOff;

    /// <summary>Until disposed, this thread records nothing: for evaluation and for updating parameters.</summary>
    public static Scope Off() => new(true);

    /// <summary>Until disposed, this thread records again.</summary>
    public static Scope On() => new(false);

    /// <summary>The gradients of a tensor with respect to others. Matches torch.autograd.grad.</summary>
    /// <param name="y">What is differentiated.</param>
    /// <param name="inputs">With respect to what: leaves or intermediate results.</param>
    /// <param name="gradient">The gradient with respect to <paramref name="y"/>, of its shape; ones for a single element by default.</param>
    /// <param name="createGraph">True to record the gradients' own computation, so that they can be differentiated again.</param>
    /// <param name="retainGraph">True to keep what was recorded for another pass; on by default with <paramref name="createGraph"/>.</param>
    /// <param name="allowUnused">True to get zeros for an input that <paramref name="y"/> does not depend on, instead of an exception.</param>
    /// <returns>One gradient an input, of its shape.</returns>
    /// <exception cref="GradException"><paramref name="y"/> or an input is not part of a recorded graph.</exception>
    public static Tensor[] Of(Tensor y, ReadOnlySpan<Tensor> inputs, Tensor? gradient = null, bool createGraph = false, bool? retainGraph = null, bool allowUnused = false)
    {
        foreach (var input in inputs)
        {
            if (input.Node is null) throw new GradException($"Grad.Of: an input {input.Shape} does not require a gradient; set RequiresGrad before it is used.");
        }
        return Engine.Run(y, inputs, gradient, createGraph, retainGraph ?? createGraph, allowUnused);
    }

    /// <summary>Restores the mode that was in force before.</summary>
    public readonly ref struct Scope
    {
        private readonly bool before;

        internal Scope(bool off)
        {
            before = isOff;
            isOff = off;
        }

        /// <summary>Restores the mode that was in force before.</summary>
        public void Dispose() => isOff = before;
    }
}
