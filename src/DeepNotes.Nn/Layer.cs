namespace DeepNotes.Nn;

/// <summary>
/// The base class of layers: modules that map one tensor to one tensor by a formula, <see cref="Compute"/>, around which
/// hooks may run.
/// </summary>
/// <remarks>
/// A model of your own may as well derive from <see cref="Module"/> and write any <c>Forward</c>; deriving from this class adds
/// the hooks, and a line in <see cref="ModuleSummary"/>.
/// </remarks>
public abstract partial class Layer : Module, ILayer
{
    private LayerHooks? hooks;

    /// <summary>Whether functions are called before or after <see cref="Compute"/>.</summary>
    internal bool HasHooks => hooks is { IsEmpty: false };

    /// <summary>Computes the layer's output, after the hooks before it and before the hooks after it.</summary>
    /// <param name="x">The input; its shape is the layer's matter.</param>
    public Tensor Forward(Tensor x)
    {
        try
        {
            return hooks is null ? Compute(x) : hooks.Run(this, x, Compute);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }

    /// <summary>The layer's formula.</summary>
    /// <param name="x">The input.</param>
    protected abstract Tensor Compute(Tensor x);

    /// <summary>
    /// Runs a formula as <see cref="Forward"/> runs <see cref="Compute"/>, between the hooks: for further methods of a layer that take
    /// more than its input, such as a mask.
    /// </summary>
    /// <param name="x">The input.</param>
    /// <param name="formula">Computes the output.</param>
    protected Tensor Hooked(Tensor x, Func<Tensor, Tensor> formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        try
        {
            return hooks is null ? formula(x) : hooks.Run(this, x, formula);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }

    /// <summary>Calls a function before each <see cref="Forward"/>. Matches torch.nn.Module.register_forward_pre_hook.</summary>
    /// <param name="hook">Gets the layer and the input; what it returns replaces the input, null leaves it.</param>
    /// <returns>Ends the calls when disposed.</returns>
    public IDisposable RegisterForwardPreHook(Func<Layer, Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return (hooks ??= new()).Add(hook);
    }

    /// <summary>
    /// Calls a function after each <see cref="Forward"/>. Matches torch.nn.Module.register_forward_hook; for the gradient of the
    /// output, register a hook on the tensor there.
    /// </summary>
    /// <param name="hook">Gets the layer, the input and the output; what it returns replaces the output, null leaves it.</param>
    /// <returns>Ends the calls when disposed.</returns>
    public IDisposable RegisterForwardHook(Func<Layer, Tensor, Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return (hooks ??= new()).Add(hook);
    }

    /// <summary>A copy begins with the hooks of its original and then goes its own way.</summary>
    internal override void AfterCopy() => hooks = hooks?.Copy();
}
