namespace DeepNotes.Nn;

public abstract partial class Module
{
    /// <summary>True for what <see cref="ModuleCopies.Snapshot"/> made: it evaluates and cannot be changed.</summary>
    public bool IsSnapshot { get; private set; }

    /// <summary>A copy that still shares its members with this module.</summary>
    internal Module CopyWithoutMembers(bool isSnapshot)
    {
        var copy = (Module)MemberwiseClone();
        if (isSnapshot) (copy.IsSnapshot, copy.IsTraining) = (true, false);
        copy.AfterCopy();
        return copy;
    }

    /// <summary>Separates from the original what is no member.</summary>
    internal virtual void AfterCopy() { }

    internal void VisitCopy(ModuleCopier copier)
    {
        var visitor = new MemberVisitor(this, copier);
        VisitMembers(visitor);
        visitor.MustBeCopied();
    }

    internal void Convert(DType? dtype, Device? device)
    {
        MustBeChangeable();
        using (Grad.Off())
        using (TensorScope.Outside())
        {
            foreach (Tensor tensor in Parameters().Concat(Buffers()))
            {
                // Counters and masks keep their type, as in PyTorch.
                Tensor converted = dtype is { } type && tensor.DType.IsFloatingPoint() ? tensor.Detach().To(type) : tensor.Detach();
                tensor.Become(device is null ? converted : converted.To(device));
            }
        }
    }

    private void MustBeChangeable()
    {
        if (IsSnapshot) throw new InvalidOperationException($"{GetType().Name}: this is a snapshot, which stays as it is so that many threads can use it; change the module that it was taken of, and take another.");
    }
}

/// <summary>Copies and conversions of modules, typed as the module is.</summary>
public static class ModuleCopies
{
    extension<TModule>(TModule module) where TModule : Module
    {
        /// <summary>
        /// A module with parameters, buffers and children of its own, equal to this one's. Gradients are not copied; what is tied
        /// stays tied. Matches copy.deepcopy of a torch.nn.Module.
        /// </summary>
        /// <remarks>Members that are no parameters, buffers or children (numbers, functions, hooks) are shared.</remarks>
        public TModule Clone() => (TModule)new ModuleCopier(isSnapshot: false).Copy(module);

        /// <summary>
        /// A copy for inference, which any number of threads may use at once: in evaluation mode, without gradients, and with
        /// numbers that cannot be written any more, so that products keep a second copy of their weights in the form that the kernels
        /// read fastest.
        /// </summary>
        /// <remarks>
        /// A module of your own is as safe as its Forward: it must not write to fields. A layer that keeps a state between calls,
        /// such as a key-value cache, takes it as an argument.
        /// </remarks>
        public TModule Snapshot() => (TModule)new ModuleCopier(isSnapshot: true).Copy(module);

        /// <summary>
        /// Converts all parameters and buffers of floating point to an element type, in place: optimizers and tied layers keep
        /// their parameters. Gradients are forgotten. Matches torch.nn.Module.to.
        /// </summary>
        /// <param name="dtype">Float16, BFloat16, Float32 or Float64.</param>
        /// <returns>This module.</returns>
        /// <exception cref="DTypeException">The type is not floating point.</exception>
        public TModule To(DType dtype)
        {
            if (!dtype.IsFloatingPoint()) throw new DTypeException($"{module.GetType().Name}.To: parameters are floating point; {dtype} is not.");
            module.Convert(dtype, null);
            return module;
        }

        /// <summary>Moves all parameters and buffers to a device, in place. Gradients are forgotten. Matches torch.nn.Module.to.</summary>
        /// <param name="device">Where to.</param>
        /// <returns>This module.</returns>
        public TModule To(Device device)
        {
            ArgumentNullException.ThrowIfNull(device);
            module.Convert(null, device);
            return module;
        }

        /// <summary>Moves and converts in one go.</summary>
        /// <param name="device">Where to.</param>
        /// <param name="dtype">Float16, BFloat16, Float32 or Float64.</param>
        /// <returns>This module.</returns>
        /// <exception cref="DTypeException">The type is not floating point.</exception>
        public TModule To(Device device, DType dtype) => module.To(dtype).To(device);
    }
}
