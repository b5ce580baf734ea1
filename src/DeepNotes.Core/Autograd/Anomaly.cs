using DeepNotes.Autograd;

namespace DeepNotes;

/// <summary>
/// Finds where the first NaN comes from: <c>using (Anomaly.Detect())</c>. Inside, every recorded operation and every
/// gradient is looked through, which is slow. Matches torch.autograd.detect_anomaly.
/// </summary>
public static class Anomaly
{
    [ThreadStatic] private static bool isOn;

    /// <summary>True if this thread looks for NaN.</summary>
    public static bool IsOn => isOn;

    /// <summary>Looks for NaN on this thread until disposed.</summary>
    public static Scope Detect() => new(true);

    /// <summary>Throws if a result holds a NaN that no input held.</summary>
    internal static void CheckForward(string operation, ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (!HasNan(y)) return;
        foreach (var input in x) if (HasNan(input)) return;
        var shapes = new List<string>();
        foreach (var input in x) shapes.Add(input.Shape.ToString());
        throw new GradException($"{operation}: made NaN from inputs without NaN ({string.Join(", ", shapes)} → {y.Shape}).");
    }

    /// <summary>Throws if the gradient of an input holds a NaN.</summary>
    internal static void CheckBackward(Node node, ReadOnlySpan<Tensor?> gradients)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } g && HasNan(g)) throw new GradException($"{node.Name}: its gradient with respect to input {i} {g.Shape} holds NaN.{(node.Trace is { } trace ? "\nThe operation was recorded here:\n" + trace : "")}");
        }
    }

    private static bool HasNan(Tensor t)
    {
        if (!t.DType.IsFloatingPoint() || t.Count == 0) return false;
        using (Grad.Off())
        {
            var x = t.Detach();
            return x.Ne(x).Sum().Item() != 0;
        }
    }

    /// <summary>Restores what was in force before.</summary>
    public readonly ref struct Scope
    {
        private readonly bool before;

        internal Scope(bool on)
        {
            before = isOn;
            isOn = on;
        }

        /// <summary>Restores what was in force before.</summary>
        public void Dispose() => isOn = before;
    }
}
