using DeepNotes.Autograd;

namespace DeepNotes.Nn;

/// <summary>Watches one run of a model: what each module computed and what it cost.</summary>
internal sealed class SummaryRun
{
    private readonly Dictionary<Module, Entry> entries = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<Module> running = new();

    /// <summary>What the thread's products had cost when the last module began or ended.</summary>
    private long seen;

    public static ModuleSummary Of(Module model, Action run)
    {
        IReadOnlyList<(string Key, Module Value)> modules = model.NamedModules();
        var watch = new SummaryRun();
        foreach (var (_, module) in modules) watch.entries.Add(module, new Entry());
        var training = modules.Select(m => m.Value.IsTraining).ToArray();
        var hooks = new List<IDisposable>();
        try
        {
            foreach (Layer layer in modules.Select(m => m.Value).OfType<Layer>())
            {
                hooks.Add(layer.RegisterForwardPreHook(watch.Enter));
                hooks.Add(layer.RegisterForwardHook(watch.Leave));
            }
            model.SetTraining(false);
            watch.seen = Work.MultiplyAdds;
            watch.running.Push(model);
            using (Grad.Off()) run();
            watch.Attribute();
        }
        finally
        {
            foreach (IDisposable hook in hooks) hook.Dispose();
            for (int i = 0; i < training.Length; i++) modules[i].Value.SetOwnTraining(training[i]);
        }
        return watch.Summary(model, modules);
    }

    private Tensor? Enter(Layer layer, Tensor x)
    {
        Attribute();
        running.Push(layer);
        return null;
    }

    private Tensor? Leave(Layer layer, Tensor x, Tensor y)
    {
        Attribute();
        running.Pop();
        Entry entry = entries[layer];
        entry.Output = y.Shape;
        entry.OutputBytes += (long)y.Count * y.DType.Size();
        return null;
    }

    /// <summary>What was spent since the last event was spent by the module that is running now.</summary>
    private void Attribute()
    {
        entries[running.Peek()].MultiplyAdds += Work.MultiplyAdds - seen;
        seen = Work.MultiplyAdds;
    }

    private ModuleSummary Summary(Module model, IReadOnlyList<(string Key, Module Value)> modules)
    {
        var rows = new List<ModuleSummaryRow>();
        var counted = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var (key, module) in modules)
        {
            Entry entry = entries[module];
            long own = module.OwnParameters().Where(counted.Add).Sum(p => (long)p.Count);
            int depth = key.Length == 0 ? 0 : key.Count(c => c == '.') + 1;
            rows.Add(new ModuleSummaryRow(key, module.GetType().Name, depth, module.Children().Count > 0, entry.Output, own, entry.MultiplyAdds, entry.OutputBytes));
        }
        IReadOnlyList<Parameter> parameters = model.Parameters();
        return new ModuleSummary(
            rows,
            parameters.Sum(p => (long)p.Count),
            parameters.Where(p => p.RequiresGrad).Sum(p => (long)p.Count),
            parameters.Sum(p => (long)p.Count * p.DType.Size()),
            rows.Sum(r => r.MultiplyAdds));
    }

    private sealed class Entry
    {
        public Shape? Output { get; set; }
        public long MultiplyAdds { get; set; }
        public long OutputBytes { get; set; }
    }
}
