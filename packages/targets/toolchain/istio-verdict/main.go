// Prints Istio's own verdict. Only tests use it.
//
// For each YAML document of standard input, a line of JSON, in their order: what an API server with Istio's CRDs
// rejects, then what istiod's webhook rejects and warns of.
//
//	istio-verdict CRDS < objects.yaml
//
// For each line of standard input, a JSON list of objects that exist together, a line with the messages of istioctl analyze.
//
//	istio-verdict analyze < sets.jsonl
//
// For each of istioctl's profiles and for Istio's gateway chart, a line of JSON with its name and the manifests that it generates.
//
//	istio-verdict manifests
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/hashicorp/go-multierror"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubeschema "k8s.io/apimachinery/pkg/runtime/schema"
	kubejson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/yaml"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"istio.io/istio/manifests"
	"istio.io/istio/operator/pkg/helm"
	"istio.io/istio/operator/pkg/manifest"
	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/operator/pkg/values"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	istiolog "istio.io/istio/pkg/log"
)

// verdict of one object. A rejected object has no warnings, as in the answer of an API server.
type verdict struct {
	Schema   string   `json:"schema,omitempty"`
	Webhook  []string `json:"webhook,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: istio-verdict CRDS < objects.yaml, istio-verdict analyze < sets.jsonl, or istio-verdict manifests")
	}
	for _, scope := range istiolog.Scopes() {
		scope.SetOutputLevel(istiolog.NoneLevel) // it repeats each warning on standard output
	}
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	switch os.Args[1] {
	case "analyze":
		orFatal(analyzeSets(os.Stdin, lines))
	case "manifests":
		orFatal(generate(lines))
	default:
		orFatal(judgeObjects(os.Args[1], os.Stdin, lines))
	}
	orFatal(out.Flush())
}

func orFatal(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func judgeObjects(crds string, in io.Reader, lines *json.Encoder) error {
	kinds, err := readKinds(crds)
	if err != nil {
		return err
	}
	return eachDocument(in, func(raw []byte) error {
		var object unstructured.Unstructured
		if err := kubejson.Unmarshal(raw, &object.Object); err != nil { // whole numbers are integers
			return err
		}
		return lines.Encode(judge(kinds, &object))
	})
}

// eachDocument calls do with the JSON of each document that is not empty.
func eachDocument(in io.Reader, do func(raw []byte) error) error {
	documents := yaml.NewYAMLOrJSONDecoder(in, 64*1024)
	for {
		var document runtime.RawExtension
		err := documents.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && len(document.Raw) > 0 && string(document.Raw) != "null" {
			err = do(document.Raw)
		}
		if err != nil {
			return err
		}
	}
}

// kind is one version of a CustomResourceDefinition.
type kind struct {
	structural *schema.Structural
	schema     validation.SchemaValidator
	cel        *cel.Validator
}

func readKinds(path string) (map[kubeschema.GroupVersionKind]kind, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	kinds := map[kubeschema.GroupVersionKind]kind{}
	return kinds, eachDocument(file, func(raw []byte) error {
		var external apiextensionsv1.CustomResourceDefinition
		if err := json.Unmarshal(raw, &external); err != nil {
			return err
		}
		for _, version := range external.Spec.Versions {
			gvk := kubeschema.GroupVersionKind{Group: external.Spec.Group, Version: version.Name, Kind: external.Spec.Names.Kind}
			if kinds[gvk], err = newKind(version.Schema); err != nil {
				return fmt.Errorf("%v: %w", gvk, err)
			}
		}
		return nil
	})
}

func newKind(external *apiextensionsv1.CustomResourceValidation) (kind, error) {
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(external, &internal, nil); err != nil {
		return kind{}, err
	}
	structural, err := schema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return kind{}, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	return kind{structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit)}, err
}

func judge(kinds map[kubeschema.GroupVersionKind]kind, object *unstructured.Unstructured) verdict {
	known, exists := kinds[object.GroupVersionKind()]
	if !exists {
		return verdict{Schema: fmt.Sprintf("no CRD has the kind %v", object.GroupVersionKind())}
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	if err := known.validate(object.Object); err != nil {
		return verdict{Schema: err.Error()}
	}
	warnings, err := webhook(object)
	if err != nil {
		return verdict{Webhook: messages(err)}
	}
	return verdict{Warnings: messages(warnings)}
}

// validate does what an API server does with a custom resource whose fields are validated strictly.
func (k kind) validate(object map[string]any) error {
	metadata, _, unknown, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return err
	}
	copied := runtime.DeepCopyJSON(object)
	unknown = append(unknown, pruning.PruneWithOptions(copied, k.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	if len(unknown) > 0 {
		return fmt.Errorf("unknown fields: %s", strings.Join(unknown, ", "))
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, k.structural)
	found := apivalidation.ValidateObjectMeta(metadata, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	found = append(found, validation.ValidateCustomResource(nil, object, k.schema)...)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, k.structural, object)...)
	if len(found) == 0 && k.cel != nil {
		found, _ = k.cel.Validate(context.Background(), nil, k.structural, object, nil, celconfig.RuntimeCELCostBudget)
	}
	return found.ToAggregate()
}

// webhook does what istiod's does with an admission request: pkg/webhooks/validation/server.
func webhook(object *unstructured.Unstructured) (warnings, err error) {
	raw, err := json.Marshal(object.Object)
	if err != nil {
		return nil, err
	}
	var read crd.IstioKind
	if err := json.Unmarshal(raw, &read); err != nil {
		return nil, fmt.Errorf("cannot decode configuration: %w", err)
	}
	gvk := read.GroupVersionKind()
	known, exists := collections.PilotGatewayAPI().FindByGroupKind(resource.FromKubernetesGVK(&gvk))
	if !exists {
		return nil, fmt.Errorf("unrecognized type %v", gvk)
	}
	config, err := crd.ConvertObject(known, &read, "cluster.local")
	if err != nil {
		return nil, fmt.Errorf("error decoding configuration: %w", err)
	}
	return known.ValidateConfig(*config)
}

// messages of an error, which may consist of several.
func messages(err error) []string {
	if err == nil {
		return nil
	}
	var several *multierror.Error
	if !errors.As(err, &several) {
		return []string{err.Error()}
	}
	var all []string
	for _, one := range several.Errors {
		all = append(all, messages(one)...)
	}
	return all
}

func analyzeSets(in io.Reader, lines *json.Encoder) error {
	sets := json.NewDecoder(in)
	for {
		var set []json.RawMessage
		err := sets.Decode(&set)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		found, err := analyze(set)
		if err != nil {
			return err
		}
		if err := lines.Encode(found); err != nil {
			return err
		}
	}
}

// finding of istioctl analyze.
type finding struct {
	Code    string `json:"code"`
	Level   string `json:"level"`
	Object  string `json:"object"`
	Message string `json:"message"`
}

// analyze does what istioctl analyze does with files, Pods and Deployments included.
func analyze(set []json.RawMessage) ([]finding, error) {
	var text strings.Builder
	for _, object := range set {
		fmt.Fprintf(&text, "---\n%s\n", object)
	}
	source := local.NewIstiodAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	if err := source.AddDefaultResources(); err != nil {
		return nil, err
	}
	if err := source.AddTestReaderKubeSource([]local.ReaderSource{{Name: "set", Reader: strings.NewReader(text.String())}}); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	defer close(done)
	result, err := source.Analyze(done)
	found := make([]finding, 0, len(result.Messages))
	for _, message := range result.Messages {
		object := ""
		if message.Resource != nil {
			object = message.Resource.Origin.FriendlyName()
		}
		text := fmt.Sprintf(message.Type.Template(), message.Parameters...)
		found = append(found, finding{message.Type.Code(), message.Type.Level().String(), object, text})
	}
	return found, err
}

// generated are the manifests of a profile or a chart.
type generated struct {
	Name      string   `json:"name"`
	Manifests []string `json:"manifests"`
}

// generate does what `istioctl manifest generate` does with each profile, and `helm template` with the gateway chart.
func generate(lines *json.Encoder) error {
	profiles, err := manifests.FS.ReadDir("profiles")
	if err != nil {
		return err
	}
	for _, file := range profiles {
		profile := strings.TrimSuffix(file.Name(), ".yaml")
		components, _, err := render.GenerateManifest(nil, []string{"profile=" + profile}, false, nil, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", profile, err)
		}
		line := generated{Name: "profile " + profile}
		for _, component := range components {
			line.add(component.Manifests)
		}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	chart, _, err := helm.Render("ingress", "istio-ingress", "gateway", values.Map{}, nil)
	if err != nil {
		return err
	}
	line := generated{Name: "chart gateway"}
	line.add(chart)
	return lines.Encode(line)
}

func (g *generated) add(manifests []manifest.Manifest) {
	for _, one := range manifests {
		g.Manifests = append(g.Manifests, one.Content)
	}
}
