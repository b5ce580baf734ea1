namespace DeepNotes.Nn.Tests.Generators;

public class MemberFixTests
{
    [Theory]
    [InlineData("ModuleList", "public Linear[] All { get; } = [];", "public ModuleList<Linear> All { get; } = [];")]
    [InlineData("ModuleList", "public Linear[] All { get; } = Array.Empty<Linear>();", "public ModuleList<Linear> All { get; } = [];")]
    [InlineData("ModuleList", "public Linear[] All { get; } = new Linear[0]; int N => All.Length;", "public ModuleList<Linear> All { get; } = []; int N => All.Count;")]
    [InlineData("ModuleList", "private readonly Linear[]? All = null; int? N => this.All?.Length;", "private readonly ModuleList<Linear>? All = null; int? N => this.All?.Count;")]
    [InlineData("ModuleList", "Linear[] All = { new(1, 2), new Linear(2, 1) };", "ModuleList<Linear> All = [new(1, 2), new Linear(2, 1)];")]
    [InlineData("ModuleList", "Linear[] All = new[] { new Linear(1, 2) };", "ModuleList<Linear> All = [new Linear(1, 2)];")]
    [InlineData("ModuleList", "List<ILayer> All = new List<ILayer>(4) { new ReLU() }; void Grow() => All.Add(new ReLU());", "ModuleList<ILayer> All = [new ReLU()]; void Grow() => All.Add(new ReLU());")]
    [InlineData("ModuleList", "List<ILayer> All = new();", "ModuleList<ILayer> All = [];")]
    [InlineData("ModuleList", "System.Collections.Generic.IReadOnlyList<Module> All { get; } = [];", "ModuleList<Module> All { get; } = [];")]
    [InlineData("ModuleList", "Linear[] All = Enumerable.Range(0, 3).Select(i => new Linear(i, i)).ToArray();", "ModuleList<Linear> All = [.. Enumerable.Range(0, 3).Select(i => new Linear(i, i))];")]
    [InlineData("ModuleList", "List<Linear> All; Net(Linear[] all) { All = new List<Linear>(all); }", "ModuleList<Linear> All; Net(Linear[] all) { All = [.. all]; }")]
    [InlineData("ModuleList", "IList<Linear> All; Net(Linear[] all) { this.All = all; }", "ModuleList<Linear> All; Net(Linear[] all) { this.All = [.. all]; }")]
    [InlineData("ParameterList", "List<Parameter> All = [new(Tensor.Zeros([2]))];", "ParameterList All = [new(Tensor.Zeros([2]))];")]
    [InlineData("ParameterList", "Parameter[] All { get; set; } = []; int N() => All.Length;", "ParameterList All { get; set; } = []; int N() => All.Count;")]
    [InlineData("ModuleDict", "Dictionary<string, Linear> All = [];", "ModuleDict<Linear> All = new();")]
    [InlineData("ModuleDict", "IReadOnlyDictionary<string, ILayer> All = new Dictionary<string, ILayer> { [\"a\"] = new ReLU() };", "ModuleDict<ILayer> All = new() { [\"a\"] = new ReLU() };")]
    public async Task Collection_becomes_a_module(string container, string before, string after) =>
        Assert.Equal(Net(after), await Mend.Once($"Hold 'All' in a {container}", Net(before)));

    [Theory]
    [InlineData("(Linear A, int B) All;")]
    [InlineData("Linear[][] All = [];")]
    [InlineData("Lazy<Linear>? All;")]
    [InlineData("List<Tensor> All = [];")]
    [InlineData("Linear?[] All = [];")]
    [InlineData("Dictionary<string, Parameter> All = [];")]
    [InlineData("Dictionary<int, Linear> All = [];")]
    [InlineData("Linear[] All = new Linear[3];")]
    [InlineData("List<Linear> All = []; void Set(Linear l) => All[0] = l;")]
    [InlineData("public virtual Linear[] All { get; } = [];")]
    [InlineData("Linear[] All = [], Others = [];")]
    public async Task No_module_is_offered_that_would_not_do(string members) =>
        Assert.Equal(["Mark 'All' [NotVisited]"], await Mend.Offers(Net(members)));

    [Fact]
    public async Task Member_that_an_interface_asks_for_keeps_its_type() => Assert.Equal(
        ["Mark 'All' [NotVisited]"],
        await Mend.Offers("public interface IHeads { Linear[] All { get; } } public partial class Net : Module, IHeads { public Linear[] All { get; } = []; }"));

    [Theory]
    [InlineData("Mark 'W' [Buffer]: state that is not trained", "public Tensor W { get; set; } = Tensor.Zeros([2]);", "[Buffer] public Tensor W { get; set; } = Tensor.Zeros([2]);")]
    [InlineData("Mark 'W' [Buffer]: state that is not trained", "/// <summary>State.</summary>\n    [Key(\"w\")]\n    private Tensor? W;", "/// <summary>State.</summary>\n    [Key(\"w\")]\n    [Buffer] private Tensor? W;")]
    [InlineData("Mark 'W' [NotVisited]", "Tensor W = Tensor.Zeros([2]);", "[NotVisited] Tensor W = Tensor.Zeros([2]);")]
    [InlineData("Make 'W' a Parameter: it is trained", "public Tensor W { get; } = Tensor.Zeros([2]);", "public Parameter W { get; } = new(Tensor.Zeros([2]));")]
    [InlineData("Make 'W' a Parameter: it is trained", "Tensor? W; Net(bool b) { W = b ? Tensor.Zeros([2]) : null; }", "Parameter? W; Net(bool b) { W = b ? new(Tensor.Zeros([2])) : null; }")]
    [InlineData("Make 'W' a Parameter: it is trained", "Tensor W = Init.KaimingUniform([2, 2]);", "Parameter W = Init.KaimingUniform([2, 2]);")]
    public async Task Tensor_says_what_it_is(string title, string before, string after) => Assert.Equal(Net(after), await Mend.Once(title, Net(before)));

    [Fact]
    public async Task Tensor_that_a_method_replaces_is_no_parameter() => Assert.Equal(
        ["Mark 'State' [Buffer]: state that is not trained", "Mark 'State' [NotVisited]"],
        await Mend.Offers(Net("Tensor? State; void Step(Tensor x) => State = x;")));

    [Fact]
    public async Task All_members_at_once_in_every_file() => Assert.Equal(
        [
            Net("ModuleList<Linear> A = []; ModuleDict<ILayer> B { get; } = new(); public ParameterList C = [];"),
            "class User { public int N(Net net) => net.C.Count; public Net Make() => new() { C = [.. Enumerable.Empty<Parameter>().Reverse()] }; }",
        ],
        await Mend.Everywhere(
            "Hold 'A' in a ModuleList",
            Net("Linear[] A = []; Dictionary<string, ILayer> B { get; } = new(); public Parameter[] C = [];"),
            "class User { public int N(Net net) => net.C.Length; public Net Make() => new() { C = Enumerable.Empty<Parameter>().Reverse().ToArray() }; }"));

    [Fact]
    public async Task One_mark_serves_all_fields_of_a_declaration() => Assert.Equal(
        [Net("[Buffer] Tensor? A, B;")],
        await Mend.Everywhere("Mark 'A' [Buffer]: state that is not trained", Net("Tensor? A, B;")));

    private static string Net(string members) => $$"""
        public partial class Net : Module
        {
            {{members}}
        }
        """;
}
