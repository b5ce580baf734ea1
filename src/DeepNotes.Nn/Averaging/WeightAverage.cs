using DeepNotes.IO;

namespace DeepNotes.Nn;

/// <summary>A running mean of a model's weights, kept beside it. Matches torch.optim.swa_utils.AveragedModel.</summary>
/// <remarks>
/// Call <see cref="Update"/> after each of the optimizer's steps. The first one takes the weights as they are. To evaluate
/// with the mean: <c>using (average.Apply()) { … }</c>, or copy it into a model of its own with <see cref="CopyTo"/>.
/// </remarks>
public abstract class WeightAverage
{
    private readonly Module model;
    private readonly List<(string Key, Tensor Mean)> means = [];

    private protected WeightAverage(Module model, bool useBuffers)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        UseBuffers = useBuffers;
        // The mean outlives whatever scope it is made in.
        using var outside = TensorScope.Outside();
        foreach (var (key, value) in Sources()) means.Add((key, value.Detach().Clone()));
    }

    /// <summary>How many times <see cref="Update"/> has run.</summary>
    public long Count { get; private set; }

    /// <summary>Whether floating-point buffers, such as running statistics, are averaged too, and others taken over.</summary>
    public bool UseBuffers { get; }

    /// <summary>Takes the model's weights, as they are now, into the mean.</summary>
    public void Update()
    {
        using Grad.Scope off = Grad.Off();
        double share = Count == 0 ? 1 : Share(Count);
        foreach (var ((_, mean), (_, value)) in means.Zip(Sources()))
        {
            if (share == 1 || !mean.DType.IsFloatingPoint()) mean.CopyFrom(value);
            else Op.Update(new AddScaled(1 - share, share), mean, value.Detach());
        }
        Count++;
    }

    /// <summary>Puts the mean into the model until the result is disposed, which puts its own weights back.</summary>
    /// <returns>Dispose it, even after an exception, to go on with training.</returns>
    public IDisposable Apply()
    {
        using var outside = TensorScope.Outside();
        var own = new List<Tensor>();
        using Grad.Scope off = Grad.Off();
        foreach (var ((_, mean), (_, value)) in means.Zip(Sources()))
        {
            own.Add(value.Detach().Clone());
            value.CopyFrom(mean);
        }
        return new Restoration(this, own);
    }

    /// <summary>Copies the mean into another model, and the model's buffers where they are not averaged.</summary>
    /// <param name="target">A model with the same keys and shapes.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been copied.</exception>
    public void CopyTo(Module target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var state = new Dictionary<string, Tensor>(model.StateDict());
        // The keys of tied weights all lead to one mean.
        foreach (var ((_, mean), (_, value)) in means.Zip(Sources()))
            foreach (string key in state.Where(e => ReferenceEquals(e.Value.Storage, value.Storage) && e.Value.Offset == value.Offset).Select(e => e.Key).ToArray()) state[key] = mean;
        target.LoadStateDict(state);
    }

    /// <summary>The mean under <c>module.…</c> and the count under <c>n_averaged</c>, as PyTorch has them. The tensors follow further updates.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDict()
    {
        var dict = new OrderedDictionary<string, Tensor> { ["n_averaged"] = Tensor.From(Count).Reshape(Shape.Scalar) };
        foreach (var (key, mean) in means) dict.Add("module." + key, mean.Detach());
        return dict;
    }

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <param name="dict">The state of an average of the same kind, of the same model.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> dict)
    {
        ArgumentNullException.ThrowIfNull(dict);
        List<(string Key, Tensor Value)> expected = [("n_averaged", Tensor.Scalar(0)), .. means.Select(m => ("module." + m.Key, m.Mean))];
        var difference = StateDictDifference.Between(expected, dict);
        if (!difference.IsEmpty) throw new StateDictException(GetType().Name, difference, strict: true);
        foreach (var (key, mean) in expected.Skip(1)) mean.CopyFrom(dict[key]);
        Count = (long)dict["n_averaged"].Item();
    }

    /// <summary>Writes <see cref="StateDict"/> as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => Safetensors.Save(path, StateDict());

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void Load(string path) => LoadStateDict(Safetensors.Load(path));

    /// <summary>How much of the new weights is in the mean after so many updates.</summary>
    private protected abstract double Share(long count);

    private IEnumerable<(string Key, Tensor Value)> Sources()
    {
        foreach (var (key, value) in model.NamedParameters()) yield return (key, value);
        if (!UseBuffers) yield break;
        foreach (var (key, value) in model.NamedBuffers()) yield return (key, value);
    }

    private sealed class Restoration(WeightAverage average, List<Tensor> own) : IDisposable
    {
        private bool isDone;

        public void Dispose()
        {
            if (isDone) return;
            isDone = true;
            using Grad.Scope off = Grad.Off();
            foreach (var (mine, (_, value)) in own.Zip(average.Sources())) value.CopyFrom(mine);
        }
    }
}
