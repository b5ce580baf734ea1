namespace DeepNotes.Nn;

/// <summary>
/// Keeps gradients from exploding (Pascanu et al. 2013, "On the difficulty of training recurrent neural networks"): call it between <see cref="Tensor.Backward"/> and
/// <see cref="Optimizer.Step()"/>.
/// </summary>
public static class GradientClipping
{
    /// <summary>
    /// Scales all gradients, as one vector, down to a length, and leaves them where they are not longer: g·min(1, maxNorm / (norm + 1e-6)). Matches torch.nn.utils.clip_grad_norm_.
    /// </summary>
    /// <param name="parameters">Whose gradients; those without one are passed by.</param>
    /// <param name="maxNorm">The largest length.</param>
    /// <param name="normType">2 for the Euclidean length, infinity for the largest magnitude, or any other positive power.</param>
    /// <param name="errorIfNonFinite">True to throw where the length is infinite or not a number, instead of scaling by it.</param>
    /// <returns>The length before.</returns>
    /// <exception cref="GradException">The length is not finite, and that is an error.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or the power not positive.</exception>
    public static double ClipGradNorm(IEnumerable<Parameter> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        Optimizer.NotNegative(maxNorm, nameof(maxNorm));
        if (!(normType > 0)) throw new ArgumentOutOfRangeException(nameof(normType), normType, "ClipGradNorm: the power of a norm is positive.");
        using Grad.Scope off = Grad.Off();
        List<Tensor> gradients = Gradients(parameters);
        double norm = 0;
        foreach (Tensor gradient in gradients)
        {
            if (gradient.Count == 0) continue;
            if (double.IsPositiveInfinity(normType)) norm = Math.Max(norm, gradient.Abs().Max().Item());
            else norm += Math.Pow(gradient.Norm(normType).Item(), normType);
        }
        if (!double.IsPositiveInfinity(normType)) norm = Math.Pow(norm, 1 / normType);
        if (errorIfNonFinite && !double.IsFinite(norm)) throw new GradException($"ClipGradNorm: the norm of the gradients is {norm}; they cannot be scaled. Without errorIfNonFinite they are scaled nevertheless.");
        double scale = maxNorm / (norm + 1e-6);
        if (!(scale >= 1)) foreach (Tensor gradient in gradients) gradient.MultiplyInPlace(scale);
        return norm;
    }

    /// <summary>Limits every element of the gradients to ±a value. Matches torch.nn.utils.clip_grad_value_.</summary>
    /// <param name="parameters">Whose gradients; those without one are passed by.</param>
    /// <param name="clipValue">The largest magnitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static void ClipGradValue(IEnumerable<Parameter> parameters, double clipValue)
    {
        Optimizer.NotNegative(clipValue, nameof(clipValue));
        using Grad.Scope off = Grad.Off();
        foreach (Tensor gradient in Gradients(parameters)) gradient.CopyFrom(gradient.Clamp(-clipValue, clipValue));
    }

    private static List<Tensor> Gradients(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        // The zeros that a sparse gradient leaves out change neither a norm nor by clipping.
        return [.. parameters.Select(p => p.CollectedGradient ?? p.CollectedRows?.Values).OfType<Tensor>()];
    }
}
