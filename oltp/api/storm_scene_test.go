package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/staff"
)

// scene sets up what a route needs to succeed. What fails while it does shows in the request that follows:
// in the middle of the storm the house may be in any state.
type scene struct {
	*storm
	t *testing.T
	// name is one that nobody has yet.
	name string
}

// do makes a request as headquarters and returns the field of its answer, "" without one.
func (c *scene) do(field, method, path, body string, headers ...string) string {
	c.t.Helper()
	a := c.ask(c.t, staff.HQAdmin, method, path, body, headers...)
	var v map[string]any
	if a.status >= 300 || json.Unmarshal(a.text, &v) != nil || v[field] == nil {
		return ""
	}
	text, _ := json.Marshal(v[field])
	return strings.Trim(string(text), `"`)
}

// order places an order of store A, takes it through steps, and returns its number.
func (c *scene) order(fulfilment string, paid bool, steps ...string) string {
	c.t.Helper()
	id := c.do("id", "POST", "/v1/orders", fmt.Sprintf(`{"store":"A","channel":"mini_program","paid":%t,
		"fulfilment":%q,"member":"storm","lines":[{"sku":"2","qty":2}]}`, paid, fulfilment))
	for _, step := range steps {
		c.do("", "POST", "/v1/orders/"+id+"/"+step, `{}`)
	}
	return id
}

func (c *scene) transfer(steps ...string) string {
	c.t.Helper()
	id := c.do("id", "POST", "/v1/transfers", `{"from":"A","to":"B","lines":[{"sku":"2","qty":1}]}`)
	for _, step := range steps {
		c.do("", "POST", "/v1/transfers/"+id+"/"+step, `{}`)
	}
	return id
}

func (c *scene) stocktake() string {
	c.t.Helper()
	return c.do("id", "POST", "/v1/stocktakes", `{"store":"B","lines":[{"sku":"2","counted":90000}]}`)
}

func (c *scene) member() string {
	c.t.Helper()
	return c.do("code", "POST", "/v1/members", fmt.Sprintf(`{"unionid":%q,"code":%q,"origin":"A"}`,
		"union-"+c.name, c.name))
}

// rule adds a rule that has ended, since those that have not are bounded.
func (c *scene) rule() string {
	c.t.Helper()
	return c.do("id", "POST", rules, `{"kind":"block","sku":"1","until":"2020-01-01T00:00:00Z"}`)
}

// anyVersion lets a request be about any version.
func anyVersion(s *shot) *shot {
	s.headers = append(s.headers, [2]string{"If-Match", "*"})
	return s
}

func (c *scene) review() string {
	c.t.Helper()
	return c.do("id", "POST", "/v1/reviews", c.opinion())
}

func (c *scene) opinion() string {
	c.t.Helper()
	return fmt.Sprintf(`{"order":%s,"line":1,"member":"storm","rating":4}`,
		c.order("carry_out", true, "complete"))
}

const stormPassword = "a password of the storm"

// account makes an account.
func (c *scene) account() {
	c.t.Helper()
	c.do("", "PUT", "/v1/staff", fmt.Sprintf(`{"staff":[{"name":%q,"role":"guide","stores":["A"],
		"password":%q}]}`, c.name, stormPassword))
}

// login makes an account and logs it in; field is that of the session.
func (c *scene) login(field string) string {
	c.t.Helper()
	c.account()
	return c.do(field, "POST", "/v1/login", fmt.Sprintf(`{"user":%q,"password":%q}`, c.name, stormPassword))
}

// callback has an order paid by phone, and returns what the provider told of that.
func (c *scene) callback() *shot {
	c.t.Helper()
	trade := c.do("trade", "POST", "/v1/orders/"+c.order("pickup", false)+"/payment",
		`{"provider":"wechat_pay","payer":"openid"}`)
	if c.till.sim.Pay(trade) != nil {
		return &shot{}
	}
	return c.told(c.till.way, wechatNotify)
}

// ready sets an order aside for a courier.
func (c *scene) ready() string {
	c.t.Helper()
	id := c.do("id", "POST", "/v1/orders", `{"store":"A","member":"storm","channel":"mini_program",
		"fulfilment":"same_city","paid":true,"lines":[{"sku":"2","qty":2}],`+toWang+`}`)
	for _, step := range []string{"pick", "ready"} {
		c.do("", "POST", "/v1/orders/"+id+"/"+step, `{}`)
	}
	return id
}

// ride has a courier accept an errand, and returns what the service told of that.
func (c *scene) ride() *shot {
	c.t.Helper()
	number := c.do("number", "POST", "/v1/orders/"+c.ready()+"/courier", `{"provider":"rider"}`)
	if c.riders.desk.Sweep(c.t.Context()) != nil || c.riders.sim.Move(number, courier.Assigned, "") != nil {
		return &shot{}
	}
	return c.told(c.riders.way, riderNotify)
}

// told is the newest callback of a provider.
func (c *scene) told(way *forward, target string) *shot {
	c.t.Helper()
	var told *callback
	eventually(c.t, "a provider tells of something", func() bool {
		told = way.last.Load()
		return told != nil
	})
	s := &shot{target: target, body: string(told.body)}
	for name := range told.header {
		s.headers = append(s.headers, [2]string{name, told.header.Get(name)})
	}
	return s
}

// at is a request with a JSON body.
func at(path, body string) *shot {
	return &shot{target: path, body: body, headers: [][2]string{{"Content-Type", "application/json"}}}
}

// scenes are the routes that need more than what grows by itself, each with the request that it answers
// with success. A new route that the storm never sees succeed belongs here.
var scenes = map[string]func(*scene) *shot{
	"POST /v1/login": func(*scene) *shot { return at("/v1/login", `{"user":"hq","password":"hq"}`) },
	"POST /v1/session/refresh": func(c *scene) *shot {
		return at("/v1/session/refresh", fmt.Sprintf(`{"refresh":%q}`, c.login("refresh")))
	},
	"POST /v1/session/password": func(c *scene) *shot {
		s := at("/v1/session/password", fmt.Sprintf(`{"old":%q,"new":"another one"}`, stormPassword))
		s.headers = append(s.headers, [2]string{"Authorization", "Bearer " + c.login("token")})
		return s
	},
	"POST /v1/staff/{name}/password": func(c *scene) *shot {
		c.account()
		return at("/v1/staff/"+c.name+"/password", `{"new":"another one"}`)
	},
	"POST /v1/staff/{name}/deactivate": func(c *scene) *shot {
		c.account()
		return at("/v1/staff/"+c.name+"/deactivate", `{}`)
	},
	"GET /v1/members/{code}":    func(c *scene) *shot { return at("/v1/members/"+c.member(), "") },
	"DELETE /v1/members/{code}": func(c *scene) *shot { return at("/v1/members/"+c.member(), "") },
	"PATCH /v1/members/{code}": func(c *scene) *shot {
		return at("/v1/members/"+c.member(), `{"name":"王伟"}`)
	},
	"POST /v1/members/{code}/consents": func(c *scene) *shot {
		return at("/v1/members/"+c.member()+"/consents",
			`{"purpose":"marketing","granted":true,"version":"m1","channel":"till"}`)
	},
	"POST /v1/orders/{id}/pay": func(c *scene) *shot {
		return at("/v1/orders/"+c.order("pickup", false)+"/pay", `{"payment_method":"cash"}`)
	},
	"POST /v1/orders/{id}/payment": func(c *scene) *shot {
		return at("/v1/orders/"+c.order("pickup", false)+"/payment",
			`{"provider":"wechat_pay","payer":"openid"}`)
	},
	"POST /v1/payments/notify/{provider}": (*scene).callback,
	"POST /v1/couriers/notify/{provider}": (*scene).ride,
	"POST /v1/orders/{id}/courier": func(c *scene) *shot {
		return at("/v1/orders/"+c.ready()+"/courier", `{"provider":"rider"}`)
	},
	"POST /v1/orders/{id}/cancel":   step("cancel", "pickup"),
	"POST /v1/orders/{id}/pick":     step("pick", "pickup"),
	"POST /v1/orders/{id}/ready":    step("ready", "pickup", "pick"),
	"POST /v1/orders/{id}/ship":     step("ship", "express", "pick"),
	"POST /v1/orders/{id}/deliver":  step("deliver", "same_city", "pick", "ready"),
	"POST /v1/orders/{id}/complete": step("complete", "pickup", "pick", "ready"),
	"POST /v1/orders/{id}/decline": func(c *scene) *shot {
		return at("/v1/orders/"+c.order("pickup", true)+"/decline", `{"reason":"storm"}`)
	},
	"GET /v1/orders/{id}/routing": func(c *scene) *shot {
		id := c.do("id", "POST", "/v1/orders",
			`{"channel":"mini_program","fulfilment":"pickup","lines":[{"sku":"2","qty":1}]}`)
		return at("/v1/orders/"+id+"/routing", "")
	},
	"POST /v1/orders/{id}/refund": step("refund", "pickup"),
	"POST /v1/refunds": func(c *scene) *shot {
		return at("/v1/refunds", fmt.Sprintf(`{"order":%s}`, c.order("pickup", true, "complete")))
	},
	"POST /v1/reviews": func(c *scene) *shot { return at("/v1/reviews", c.opinion()) },
	"PUT /v1/reviews/{id}/state": func(c *scene) *shot {
		return at("/v1/reviews/"+c.review()+"/state", `{"state":"approved"}`)
	},
	"PUT /v1/merchandising-rules/{id}": func(c *scene) *shot {
		return anyVersion(at(rules+"/"+c.rule(),
			`{"kind":"pin","sku":"1","place":1,"until":"2020-01-01T00:00:00Z"}`))
	},
	"DELETE /v1/merchandising-rules/{id}": func(c *scene) *shot {
		return anyVersion(at(rules+"/"+c.rule(), ""))
	},
	"POST /v1/stocktakes/{id}/counts": func(c *scene) *shot {
		return at("/v1/stocktakes/"+c.stocktake()+"/counts", `{"lines":[{"sku":"1","counted":90000}]}`)
	},
	"POST /v1/stocktakes/{id}/close":  func(c *scene) *shot { return at("/v1/stocktakes/"+c.stocktake()+"/close", `{}`) },
	"POST /v1/stocktakes/{id}/cancel": func(c *scene) *shot { return at("/v1/stocktakes/"+c.stocktake()+"/cancel", `{}`) },
	"POST /v1/transfers/{id}/approve": move("approve"),
	"POST /v1/transfers/{id}/cancel":  move("cancel"),
	"POST /v1/transfers/{id}/reject":  move("reject"),
	"POST /v1/transfers/{id}/ship":    move("ship", "approve"),
	"POST /v1/transfers/{id}/receive": move("receive", "approve", "ship"),
	"POST /v1/stores/import": func(c *scene) *shot {
		return &shot{target: importPath, body: "code,region,city\n" + c.name + ",west,成都\nA,east,上海\n",
			headers: [][2]string{{"Content-Type", "text/csv"}}}
	},
}

// step takes a paid order one step further.
func step(name, fulfilment string, before ...string) func(*scene) *shot {
	return func(c *scene) *shot {
		return at("/v1/orders/"+c.order(fulfilment, true, before...)+"/"+name, `{}`)
	}
}

// move takes a transfer one step further.
func move(name string, before ...string) func(*scene) *shot {
	return func(c *scene) *shot {
		body := `{}`
		if name == "reject" {
			body = `{"reason":"storm"}`
		}
		return at("/v1/transfers/"+c.transfer(before...)+"/"+name, body)
	}
}

// play makes the sound request of a route, nil where there is none.
func (s *storm) play(t *testing.T, op *operation) *shot {
	make, ok := scenes[op.method+" "+op.path]
	if !ok {
		return nil
	}
	x := make(&scene{storm: s, t: t, name: fmt.Sprint("storm-", s.played.Add(1))})
	x.method = op.method
	return x
}
