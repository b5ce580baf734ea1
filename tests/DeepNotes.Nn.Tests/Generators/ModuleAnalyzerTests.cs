namespace DeepNotes.Nn.Tests.Generators;

public class ModuleAnalyzerTests
{
    [Theory]
    [InlineData("public class Net : Module { }", "Net", "declare it partial")]
    [InlineData("public class Outer { public partial class Net : Module { } }", "Net", "declare the containing type 'Outer' partial")]
    [InlineData("file partial class Net : Module { }", "Net", "make it internal instead of file-local")]
    [InlineData("public class Deep : Sequential { }", "Deep", "declare it partial")]
    public async Task DN0001_module_without_a_place_for_the_generated_part(string source, string name, string advice)
    {
        string found = Assert.Single(await Compile.Diagnostics(source));
        Assert.StartsWith($"DN0001 {name}: ", found, StringComparison.Ordinal);
        Assert.EndsWith(advice, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Linear fc", "public Tensor Forward(Tensor x) => fc.Forward(x);", "fc")]
    [InlineData("ILayer body", "public Tensor Forward(Tensor x) { return body.Forward(x); }", "body")]
    [InlineData("Module? maybe", "public object? Get => maybe;", "maybe")]
    [InlineData("Parameter gain", "public Tensor Gain() => gain;", "gain")]
    [InlineData("Tensor mask", "public Tensor Mask() => mask;", "mask")]
    [InlineData("Linear[] all", "public Tensor Forward(Tensor x) => all[0].Forward(x);", "all")]
    [InlineData("Linear fc", "public Func<Tensor, Tensor> F { get; } = x => fc.Forward(x); public object G() => fc;", "fc")]
    [InlineData("Linear fc", "[NotVisited] public Linear Fc { get; } = new(); public Func<Tensor> F() => () => fc.Forward(new());", "fc")]
    public async Task DN0002_held_only_by_a_constructor_parameter(string parameter, string members, string name)
    {
        string found = Assert.Single(await Compile.Diagnostics($"public partial class Net({parameter}) : Module {{ {members} }}"));
        Assert.StartsWith($"DN0002 {name}: '{name}' lives only in a constructor parameter of 'Net'", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Linear fc", "public Linear Fc { get; } = fc; public Tensor Forward(Tensor x) => Fc.Forward(x);")]
    [InlineData("Linear? fc", "private readonly Linear _fc = fc ?? new(); public Tensor Forward(Tensor x) => _fc.Forward(x);")]
    [InlineData("Linear fc", "public Linear Fc { get; } = fc; public Tensor Forward(Tensor x) => fc.Forward(x);")]
    [InlineData("Linear fc", "public Sequential All { get; } = new(fc);")]
    [InlineData("int size", "public int Size => size;")]
    [InlineData("Func<Tensor, Tensor> f", "public Tensor Forward(Tensor x) => f(x);")]
    [InlineData("[NotVisited] Linear teacher", "public Tensor Forward(Tensor x) => teacher.Forward(x);")]
    public async Task DN0002_is_silent_where_a_member_holds_the_child(string parameter, string members) =>
        Assert.Empty(await Compile.Diagnostics($"public partial class Net({parameter}) : Module {{ {members} }}"));

    [Fact]
    public async Task DN0002_is_silent_for_arguments_of_the_base_class() =>
        Assert.Empty(await Compile.Diagnostics("public partial class Net(Linear a) : Sequential(a);"));

    [Theory]
    [InlineData("public Linear[] All { get; } = [];", "All")]
    [InlineData("private readonly List<ILayer> _all = []; public int N => _all.Count;", "_all")]
    [InlineData("public IReadOnlyList<Module> All { get; } = [];", "All")]
    [InlineData("public Dictionary<string, Linear> All { get; } = [];", "All")]
    [InlineData("public (Linear A, int B) Pair { get; set; }", "Pair")]
    [InlineData("public Linear[][] All { get; } = [];", "All")]
    [InlineData("public List<Parameter> All { get; } = [];", "All")]
    [InlineData("public Lazy<Linear>? Late { get; set; }", "Late")]
    [InlineData("public Tensor Mean { get; set; } = new();", "Mean")]
    [InlineData("private Tensor? _state; public object? Get() => _state ??= new();", "_state")]
    public async Task DN0003_member_that_nobody_visits(string members, string name)
    {
        string found = Assert.Single(await Compile.Diagnostics($"public partial class Net : Module {{ {members} }}"));
        Assert.StartsWith($"DN0003 {name}: 'Net.{name}' is visited by nobody", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[Buffer] public Tensor Mean { get; set; } = new();")]
    [InlineData("[NotVisited] public Linear[] All { get; } = [];")]
    [InlineData("public Tensor Mean => new();")]
    [InlineData("public Sequential All { get; } = new();")]
    [InlineData("public static readonly Linear[] Shared = [];")]
    [InlineData("public Action<Tensor>? Hook { get; set; }")]
    [InlineData("public int[] Sizes { get; } = []; public string? Name { get; set; }")]
    public async Task DN0003_is_silent_for_what_is_visited_or_holds_nothing(string members) =>
        Assert.Empty(await Compile.Diagnostics($"public partial class Net : Module {{ {members} }}"));

    [Fact]
    public async Task Module_that_visits_by_hand_answers_for_itself() => Assert.Empty(await Compile.Diagnostics(
        "public class Hand(Linear a) : Module { Linear[] _all = [a]; protected override void VisitMembers(MemberVisitor visitor) { visitor.Child(\"x\", a ?? _all[0]); } }"));
}
