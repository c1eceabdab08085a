/** The script that starts Swagger UI in the browser. */
export function startScript(asksForKey: boolean): string {
  return `const asksForKey = ${asksForKey};
${PLUGINS}
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  validatorUrl: null,
  tryItOutEnabled: true,
  deepLinking: true,
  displayRequestDuration: true,
  plugins: [leaveOptionalFieldsEmpty, foldErrors, hidePadlocks],
});
`;
}

/**
 * Swagger UI fills an optional object of a form with an example and sends it: a file that was uploaded to try the API would
 * expire a day later. Here it is empty, and sent only once something was typed. Each error response is one line until it
 * is opened, since they are alike and would fill most of the page.
 */
const PLUGINS = `
function leaveOptionalFieldsEmpty({ React }) {
  return {
    wrapComponents: {
      JsonSchemaForm: (Original) => (props) => {
        const [isTouched, setIsTouched] = React.useState(false);
        if (props.required || !props.dispatchInitialValue) return React.createElement(Original, props);
        const onChange = (...change) => {
          setIsTouched(true);
          props.onChange(...change);
        };
        const value = isTouched ? props.value : '';
        const field = React.createElement(Original, { ...props, value, onChange, dispatchInitialValue: false });
        const example = props.schema && props.schema.get('example');
        if (!example) return field;
        const words = 'Such as ' + JSON.stringify(example);
        return React.createElement(React.Fragment, null, field, React.createElement('small', null, words));
      },
      // it is checked from the start, and an empty object is no value of any form
      ParameterIncludeEmpty: (Original) => (props) =>
        props.isIncludedOptions && props.isIncludedOptions.key ? null : React.createElement(Original, props),
    },
  };
}

function foldErrors({ React }) {
  const h = React.createElement;
  return {
    wrapComponents: {
      response: (Original) => (props) => {
        const [isOpen, setIsOpen] = React.useState(false);
        if (isOpen || !/^[45]/.test(props.code)) return h(Original, props);
        const words = props.response.get('description') || '';
        const show = h('button', { className: 'fold', 'aria-expanded': false, onClick: () => setIsOpen(true) }, words);
        return h('tr', { className: 'response', 'data-code': props.code },
          h('td', { className: 'response-col_status' }, props.code),
          h('td', { className: 'response-col_description' }, show));
      },
    },
  };
}

function hidePadlocks() {
  const withoutKeys = ({ security, components, ...document }) => {
    const { securitySchemes, ...others } = components;
    return { ...document, components: others };
  };
  const updateJsonSpec = (original) => (document) => original(asksForKey ? document : withoutKeys(document));
  return { statePlugins: { spec: { wrapActions: { updateJsonSpec } } } };
}
`;

/** Hides the links, which no operation has, and the choice of a server. On a narrow screen columns stand below each other. */
export const NARROW_CSS = `.swagger-ui .response-col_links, .swagger-ui .schemes-server-container { display: none !important; }
.swagger-ui .auth-wrapper .authorize { margin-right: 0; }
.swagger-ui .opblock-body textarea { height: 6rem; min-height: 6rem; }
.swagger-ui .scheme-container:not(:has(.auth-wrapper)) { display: none; }
.swagger-ui .fold { border: 0; padding: 0; background: none; font: inherit; color: inherit; text-align: left; cursor: pointer; }
.swagger-ui .fold::before { content: '\\25B8  '; }
@media (max-width: 48rem) {
  .swagger-ui .wrapper { padding: 0 10px; }
  .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; }
  .swagger-ui .opblock .opblock-summary-path { max-width: none; }
  .swagger-ui .opblock-summary-control { flex-wrap: wrap; }
  .swagger-ui .opblock-body table:not(.model),
  .swagger-ui .opblock-body table:not(.model) > tbody,
  .swagger-ui .opblock-body table:not(.model) > tbody > tr,
  .swagger-ui .opblock-body table:not(.model) > tbody > tr > td { display: block; width: auto; max-width: none; min-width: 0; }
  .swagger-ui .opblock-body table:not(.model) > thead { display: none; }
  .swagger-ui .opblock-body td { overflow-wrap: anywhere; }
  .swagger-ui .opblock-body input[type='text'],
  .swagger-ui .opblock-body select,
  .swagger-ui .opblock-body textarea { width: 100%; min-width: 0; max-width: none; }
  .swagger-ui .tab-header .tab-item.active h4 span::after { display: none; }
  .swagger-ui .execute-wrapper, .swagger-ui .responses-inner { padding: 10px; }
}
`;
