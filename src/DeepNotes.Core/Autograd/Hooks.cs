using DeepNotes.Autograd;

namespace DeepNotes.Autograd
{
    /// <summary>What a user attached to one node.</summary>
    internal sealed class Hooks
    {
        private readonly List<(int Output, Func<Tensor, Tensor?> Hook)> tensors = [];
        private readonly List<Action<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>>> nodes = [];

        public IDisposable Add(int output, Func<Tensor, Tensor?> hook)
        {
            var entry = (output, hook);
            tensors.Add(entry);
            return new Removal(() => tensors.Remove(entry));
        }

        public IDisposable Add(Action<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>> hook)
        {
            nodes.Add(hook);
            return new Removal(() => nodes.Remove(hook));
        }

        /// <summary>Shows the complete gradients of a node's results, which a hook may replace.</summary>
        public void OnResults(Tensor?[] g)
        {
            foreach (var (output, hook) in tensors.ToArray())
            {
                if (g[output] is not { } gradient) continue;
                // The user may keep what is shown: from here on only the garbage collector frees it.
                gradient.Storage.IsEngineOwned = false;
                if (hook(gradient) is not { } replacement || ReferenceEquals(replacement, gradient)) continue;
                if (replacement.Shape != gradient.Shape) throw new ShapeException($"A hook replaced a gradient of shape {gradient.Shape} by one of shape {replacement.Shape}.");
                gradient.Storage.Holds--;
                replacement.Storage.Holds++;
                replacement.Storage.IsEngineOwned = false;
                g[output] = replacement;
            }
        }

        /// <summary>Shows the gradients of a node's results and inputs.</summary>
        public void OnNode(ReadOnlySpan<Tensor?> results, ReadOnlySpan<Tensor?> inputs)
        {
            foreach (var hook in nodes.ToArray())
            {
                foreach (var g in results) Show(g);
                foreach (var g in inputs) Show(g);
                hook(results.ToArray(), inputs.ToArray());
            }
        }

        public bool WatchesNode => nodes.Count > 0;

        private static void Show(Tensor? g)
        {
            if (g is not null) g.Storage.IsEngineOwned = false;
        }

        private sealed class Removal(Action remove) : IDisposable
        {
            public void Dispose() => remove();
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// Calls a function with this tensor's gradient whenever Backward has computed it in full; what it returns, if not
        /// null, takes the gradient's place. Matches torch.Tensor.register_hook.
        /// </summary>
        /// <param name="hook">Gets the gradient, of this tensor's shape.</param>
        /// <returns>Dispose it to remove the hook.</returns>
        /// <exception cref="GradException">The tensor does not require a gradient.</exception>
        public IDisposable RegisterHook(Func<Tensor, Tensor?> hook)
        {
            ArgumentNullException.ThrowIfNull(hook);
            if (Node is not { } node) throw new GradException("RegisterHook: the tensor does not require a gradient, so there will be none to show.");
            return (node.Hooks ??= new Hooks()).Add(OutputIndex, hook);
        }

        /// <summary>
        /// Calls an action with the gradients of the results and of the inputs of the operation that made this tensor, when
        /// Backward has computed them. Matches register_hook of torch.autograd.graph.Node.
        /// </summary>
        /// <param name="hook">Gets the gradients of the results and those of the inputs; null where there is none.</param>
        /// <returns>Dispose it to remove the hook.</returns>
        /// <exception cref="GradException">No recorded operation made the tensor.</exception>
        public IDisposable RegisterOperationHook(Action<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>> hook)
        {
            ArgumentNullException.ThrowIfNull(hook);
            if (Node is null or Leaf) throw new GradException("RegisterOperationHook: no recorded operation made this tensor.");
            return (Node.Hooks ??= new Hooks()).Add(hook);
        }
    }
}
