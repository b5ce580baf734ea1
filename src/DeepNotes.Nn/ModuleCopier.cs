namespace DeepNotes.Nn;

/// <summary>Copies a module with all below it. What is held in several places, such as a tied weight, is copied once.</summary>
/// <param name="isSnapshot">Whether the copies are for inference only: without gradients, never written again.</param>
internal sealed class ModuleCopier(bool isSnapshot)
{
    private readonly Dictionary<object, object> copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>Originals and copies alike stand for the copy: an overridden property is visited twice.</summary>
    public Module Copy(Module module)
    {
        if (copies.TryGetValue(module, out object? known)) return (Module)known;
        Module copy = module.CopyWithoutMembers(isSnapshot);
        copies.Add(module, copy);
        copies.Add(copy, copy);
        copy.VisitCopy(this);
        return copy;
    }

    public bool IsCopy(object value) => copies.TryGetValue(value, out object? copy) && ReferenceEquals(copy, value);

    public Parameter Copy(Parameter parameter)
    {
        if (copies.TryGetValue(parameter, out object? known)) return (Parameter)known;
        var copy = new Parameter(Numbers(parameter), parameter.RequiresGrad && !isSnapshot);
        copies.Add(parameter, copy);
        copies.Add(copy, copy);
        return copy;
    }

    public Tensor Copy(Tensor buffer)
    {
        if (copies.TryGetValue(buffer, out object? known)) return (Tensor)known;
        Tensor copy = Numbers(buffer);
        copies.Add(buffer, copy);
        copies.Add(copy, copy);
        return copy;
    }

    private Tensor Numbers(Tensor original)
    {
        using (Grad.Off())
        using (TensorScope.Outside())
        {
            // A matrix that lies turned in memory, as quantized ones may, is copied as it lies.
            bool isTurned = original.Rank == 2 && original.Strides[0] == 1 && original.Strides[1] == original.Shape[0];
            Tensor numbers = isTurned ? original.Mt.Clone().Mt : original.Clone();
            numbers.Storage.IsConstant = isSnapshot;
            return numbers;
        }
    }
}
