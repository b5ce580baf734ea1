using System.Globalization;
using DeepNotes.IO;

namespace DeepNotes.Nn;

public abstract partial class Optimizer
{
    /// <summary>
    /// All that the next step depends on, under PyTorch's names: <c>state.3.exp_avg</c> and <c>state.3.step</c> for the
    /// fourth parameter, <c>param_groups.0.lr</c> and <c>param_groups.0.weight_decay</c> for the first group. Parameters
    /// without an update so far have no state.
    /// </summary>
    /// <remarks>The state's tensors share the optimizer's memory and follow its steps; clone them to keep a moment.</remarks>
    public IReadOnlyDictionary<string, Tensor> StateDict()
    {
        var dict = new OrderedDictionary<string, Tensor>();
        foreach (var (index, parameter) in Indexed())
        {
            if (!states.TryGetValue(parameter, out ParameterState? state)) continue;
            dict.Add(StepKey(index), Tensor.From(state.Step).Reshape(Shape.Scalar));
            for (int i = 0; i < StateNames.Count; i++) dict.Add(StateKey(index, i), state[i].Detach());
        }
        for (int g = 0; g < Groups.Count; g++)
        {
            dict.Add(GroupKey(g, "lr"), Tensor.Scalar(Groups[g].LearningRate, DType.Float64));
            dict.Add(GroupKey(g, "weight_decay"), Tensor.Scalar(Groups[g].WeightDecay, DType.Float64));
        }
        return dict;
    }

    /// <summary>Takes over what <see cref="StateDict"/> gave, so that training goes on with the same bits.</summary>
    /// <param name="dict">The state of an optimizer of the same kind over parameters of the same shapes in the same order.</param>
    /// <exception cref="StateDictException">Keys or shapes differ. The exception names all that do, and nothing has been loaded.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> dict)
    {
        var expected = new List<(string Key, Tensor Value)>();
        var loaded = new Dictionary<Parameter, ParameterState>(ReferenceEqualityComparer.Instance);
        Tensor scalar = Tensor.Scalar(0);
        foreach (var (index, parameter) in Indexed())
        {
            // A parameter has either all of its state or, before its first update, none.
            if (!dict.ContainsKey(StepKey(index)) && !Enumerable.Range(0, StateNames.Count).Any(i => dict.ContainsKey(StateKey(index, i)))) continue;
            loaded[parameter] = new ParameterState(parameter, StateNames.Count);
            expected.Add((StepKey(index), scalar.Clone()));
            for (int i = 0; i < StateNames.Count; i++) expected.Add((StateKey(index, i), loaded[parameter][i]));
        }
        for (int g = 0; g < Groups.Count; g++)
        {
            expected.Add((GroupKey(g, "lr"), scalar.Clone()));
            expected.Add((GroupKey(g, "weight_decay"), scalar.Clone()));
        }
        var difference = StateDictDifference.Between(expected, dict);
        if (!difference.IsEmpty) throw new StateDictException(GetType().Name, difference, strict: true);

        states.Clear();
        foreach (var (index, parameter) in Indexed())
        {
            if (!loaded.TryGetValue(parameter, out ParameterState? state)) continue;
            state.Step = (long)dict[StepKey(index)].Item();
            for (int i = 0; i < StateNames.Count; i++) state[i].CopyFrom(dict[StateKey(index, i)]);
            states[parameter] = state;
        }
        for (int g = 0; g < Groups.Count; g++)
        {
            Groups[g].LearningRate = dict[GroupKey(g, "lr")].Item();
            Groups[g].WeightDecay = dict[GroupKey(g, "weight_decay")].Item();
        }
    }

    /// <summary>Writes <see cref="StateDict"/> as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => Safetensors.Save(path, StateDict());

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void Load(string path) => LoadStateDict(Safetensors.Load(path));

    private IEnumerable<(int Index, Parameter Parameter)> Indexed() => Groups.SelectMany(g => g.Parameters).Index();

    private string StateKey(int parameter, int state) => string.Create(CultureInfo.InvariantCulture, $"state.{parameter}.{StateNames[state]}");

    private static string StepKey(int parameter) => string.Create(CultureInfo.InvariantCulture, $"state.{parameter}.step");

    private static string GroupKey(int group, string name) => string.Create(CultureInfo.InvariantCulture, $"param_groups.{group}.{name}");
}
