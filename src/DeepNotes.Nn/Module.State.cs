using DeepNotes.IO;

namespace DeepNotes.Nn;

public abstract partial class Module
{
    /// <summary>
    /// All parameters and persistent buffers under PyTorch's keys (<c>features.0.weight</c>), in PyTorch's order. Tied
    /// parameters appear under each of their keys. Matches torch.nn.Module.state_dict.
    /// </summary>
    /// <remarks>The tensors share the module's memory and follow its training; clone them to keep a moment.</remarks>
    public IReadOnlyDictionary<string, Tensor> StateDict()
    {
        var state = new OrderedDictionary<string, Tensor>();
        foreach (var (key, value) in Places()) state.Add(key, value.Detach());
        return state;
    }

    /// <summary>Copies numbers into the parameters and buffers. Matches torch.nn.Module.load_state_dict.</summary>
    /// <param name="state">The numbers under the keys of <see cref="StateDict"/>; other element types are converted.</param>
    /// <param name="strict">True to insist on exactly the module's keys; false to leave out what is missing and pass by what is unexpected.</param>
    /// <returns>What was missing and what was unexpected; both empty if strict.</returns>
    /// <exception cref="StateDictException">
    /// A shape differs, or, if strict, a key is missing or unexpected. The exception names all of them, and nothing has been loaded.
    /// </exception>
    /// <exception cref="InvalidOperationException">The module is a snapshot.</exception>
    public StateDictDifference LoadStateDict(IReadOnlyDictionary<string, Tensor> state, bool strict = true)
    {
        MustBeChangeable();
        List<(string Key, Tensor Value)> places = Places();
        var difference = StateDictDifference.Between(places, state);
        if (difference.Misshapen.Count > 0 || (strict && !difference.IsEmpty)) throw new StateDictException(GetType().Name, difference, strict);
        using (Grad.Off())
        {
            foreach (var (key, value) in places)
                if (state.TryGetValue(key, out Tensor? loaded)) value.CopyFrom(loaded);
        }
        return difference;
    }

    /// <summary>
    /// Writes the state dict as a safetensors file, which PyTorch reads as it is. The file appears whole or not at all: an
    /// existing one stays until the new one is complete.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => Safetensors.Save(path, StateDict());

    /// <summary>Loads a safetensors file that <see cref="Save"/> or PyTorch has written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="strict">As in <see cref="LoadStateDict"/>.</param>
    /// <returns>What was missing and what was unexpected; both empty if strict.</returns>
    /// <exception cref="TensorFormatException">The file is no safetensors file.</exception>
    /// <exception cref="StateDictException">Its keys or shapes are not the module's; nothing has been loaded.</exception>
    public StateDictDifference Load(string path, bool strict = true) => LoadStateDict(Safetensors.Load(path), strict);

    /// <summary>Every key with the tensor that it stands for; tied tensors at each of their keys.</summary>
    private List<(string Key, Tensor Value)> Places()
    {
        var places = new List<(string, Tensor)>();
        foreach (var (prefix, _, members) in Walk())
        {
            foreach (var (key, value) in members.Parameters) places.Add((prefix + key, value));
            foreach (var (key, value, persistent) in members.Buffers)
                if (persistent) places.Add((prefix + key, value));
        }
        return places;
    }
}
